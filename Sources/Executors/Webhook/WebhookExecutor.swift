import AsyncHTTPClient
import Events
import Foundation
import NIOCore
import NIOHTTP1
import Outbound
import Workflows

/// Sends the requests of a webhook, one after the other, until one is no success.
public struct WebhookExecutor: Sendable {
    let secrets: Secrets

    public init(secrets: Secrets) {
        self.secrets = secrets
    }

    /// - Parameters:
    ///   - webhook: What is sent.
    ///   - event: What templates are filled with; its id is the requests' idempotency key.
    ///   - client: How it is sent.
    /// - Returns: What it came to.
    public func callAsFunction(_ webhook: Webhook, _ event: Event, by client: GuardedClient) async -> ActionResult {
        let values = JSON(templatedEvent: event)
        let known: [[Template.Step]: String]
        do throws(HTTPFault) {
            known = try variables(of: webhook)
        } catch {
            return .failed(error.description)
        }
        var answers: [JSON] = []
        for (index, request) in webhook.requests.enumerated() {
            let place = webhook.requests.count > 1 ? "request \(index + 1): " : ""
            do {
                let sent = try Self.request(request, values, known, event)
                let answer = try await Self.send(sent, webhook, client)
                var capture = Capture()
                capture.append(answer.body.readableBytesView)
                answers.append([
                    "status": .number(Double(answer.status)), "body": .text(capture.text.hiding(known.values)),
                ])
                if let problem = request.success.problem(answer) {
                    return ActionResult(.succeeded, .fail, place + problem, output: ["answers": .array(answers)])
                }
            } catch let error as HTTPFault {
                return .failed(place + error.description.hiding(known.values), output: ["answers": .array(answers)])
            } catch {
                return .failed(place + "\(error)".hiding(known.values), output: ["answers": .array(answers)])
            }
        }
        let count = webhook.requests.count
        return .passed(
            "\(count) \(count == 1 ? "request was" : "requests were") answered well",
            output: ["answers": .array(answers)]
        )
    }

    /// Again where it was not answered, or by a server that could not.
    private static func send(_ request: HTTPClientRequest, _ webhook: Webhook, _ client: GuardedClient) async throws
        -> GuardedClient.Answer
    {
        var pause = Duration.seconds(1)
        for _ in 0..<webhook.retries {
            do {
                let answer = try await client.send(request, timeout: webhook.timeout)
                guard answer.status >= 500 else { return answer }
            } catch let fault as HTTPFault where fault.isRetried {}
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(30))
        }
        return try await client.send(request, timeout: webhook.timeout)
    }

    /// What stands for `.env.NAME` and `.secret.NAME.KEY`.
    private func variables(of webhook: Webhook) throws(HTTPFault) -> [[Template.Step]: String] {
        var known: [[Template.Step]: String] = [:]
        func take(_ path: [Template.Step], _ name: String, _ key: String) throws(HTTPFault) {
            guard let value = secrets.value(name, key: key) else {
                throw HTTPFault(
                    "there is no secret `\(name)` with the key `\(key)`: the operator sets \(Secrets.variable(name, key)), or puts it into the folder `secrets` of the server file"
                )
            }
            known[path] = value
        }
        let paths = Set(webhook.requests.flatMap(\.templates).flatMap(\.paths))
        for secret in webhook.secrets where paths.contains([.member("env"), .member(secret.variable)]) {
            try take([.member("env"), .member(secret.variable)], secret.name, secret.key)
        }
        for path in paths where path.first == .member("secret") && path.count == 3 {
            guard case .member(let name) = path[1], case .member(let key) = path[2] else { continue }
            try take(path, name, key)
        }
        return known
    }

    private static func request(
        _ request: Webhook.Request,
        _ values: JSON,
        _ secrets: [[Template.Step]: String],
        _ event: Event
    ) throws -> HTTPClientRequest {
        var sent = HTTPClientRequest(url: try request.url.render(values, secrets: secrets, escaping: .url))
        sent.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers {
            let (name, value) = (try name.render(values, secrets: secrets), try value.render(values, secrets: secrets))
            guard !(name + value).contains(where: \.isNewline) else {
                throw HTTPFault("a header would have a line break in it")
            }
            sent.headers.add(name: name, value: value)
        }
        sent.headers.replaceOrAdd(name: "idempotency-key", value: event.id)
        if !sent.headers.contains(name: "user-agent") { sent.headers.add(name: "user-agent", value: "tidegate") }
        if let trace = event.traceParent { sent.headers.replaceOrAdd(name: TraceParent.name, value: trace) }
        if let payload = request.payload {
            let body = try payload.render(values, secrets: secrets, escaping: payload.isJSON ? .jsonString : .nothing)
            if !sent.headers.contains(name: "content-type") {
                let type =
                    body.first == "{" || body.first == "[" ? "application/json" : "application/x-www-form-urlencoded"
                sent.headers.add(name: "content-type", value: type)
            }
            sent.body = .bytes(ByteBuffer(string: body))
        }
        return sent
    }
}

extension Webhook.Request {
    fileprivate var templates: [Template] {
        [url] + [payload].compactMap(\.self) + headers.flatMap { [$0.name, $0.value] }
    }
}

extension Template {
    /// Whether its values stand in JSON, whose strings they must not end: `{…}`, `[…]`, Slack's `payload={…}`.
    fileprivate var isJSON: Bool {
        let start = text.drop { $0.isWhitespace }
        return start.hasPrefix("{") && !start.hasPrefix("{{") || start.hasPrefix("[") || start.hasPrefix("payload={")
    }
}

extension Webhook.Success {
    /// Why an answer is no success; nil where it is one.
    fileprivate func problem(_ answer: GuardedClient.Answer) -> String? {
        let isRight = statuses.isEmpty ? (200..<300).contains(answer.status) : statuses.contains(answer.status)
        guard isRight else { return "it was answered with the status \(answer.status)" }
        guard !match.isEmpty else { return nil }
        guard let json = try? JSON(parsing: Array(answer.body.readableBytesView)) else {
            return "the answer is not JSON, and `success.match` needs it to be"
        }
        return json.says(match)
            ? nil
            : "the answer does not say \(match.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))"
    }
}
