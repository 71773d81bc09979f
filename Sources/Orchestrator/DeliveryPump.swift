import AsyncHTTPClient
import Crypto
import Documents
import Events
import Executors
import Foundation
import Journal
import Logging
import NIOCore
import Outbound
import Workflows

/// Tells those who subscribed: at least once, in the order of each lane, for a day; then a delivery is parked and visible.
struct DeliveryPump: Sendable {
    /// After so long it is not tried any more by itself.
    static let patience = Duration.seconds(24 * 3600)
    private static let timeout = TimeAmount.seconds(10)
    private static let atOnce = 64
    private static let longestPause = 300.0

    let journal: Journal
    let writer: GroupCommit
    let signal: PositionSignal
    let secrets: Secrets
    let environment: [String: String]
    let log: Logger

    private enum Attempt: Sendable {
        case arrived
        case failed(String)
        /// The subscription is gone.
        case unwanted
    }

    func run() async {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow).guarded
        )
        await withTaskGroup(of: Int64.self) { group in
            // One that takes long holds no other up: each is noted as it ends, and others are begun meanwhile.
            var underWay: Set<Int64> = []
            var isWaiting = false
            while !Task.isCancelled {
                let position = signal.position
                for delivery in due(besides: underWay) where underWay.count < Self.atOnce {
                    underWay.insert(delivery.id)
                    group.addTask {
                        await note(delivery, await attempt(delivery, client))
                        return delivery.id
                    }
                }
                if !isWaiting {
                    isWaiting = true
                    // Sooner where something happens, and now and then for what failed.
                    group.addTask {
                        for _ in 0..<20 where signal.position == position {
                            guard (try? await Task.sleep(for: .milliseconds(25))) != nil else { break }
                        }
                        return Self.clock
                    }
                }
                guard let ended = await group.next() else { continue }
                if ended == Self.clock { isWaiting = false } else { underWay.remove(ended) }
            }
            group.cancelAll()
        }
        try? await client.shutdown()
    }

    /// Stands for the pause between two looks.
    private static let clock: Int64 = -1

    private func due(besides underWay: Set<Int64>) -> [Delivery] {
        do {
            return try journal.dueDeliveries(at: .now, limit: Self.atOnce + underWay.count)
                .filter { !underWay.contains($0.id) }
        } catch {
            log.error("deliveries can't be read", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func note(_ delivery: Delivery, _ attempt: Attempt) async {
        while !Task.isCancelled {
            do {
                return try await writer { ledger in
                    switch attempt {
                    case .arrived, .unwanted: try ledger.deliver(delivery)
                    case .failed(let reason): try ledger.postpone(delivery, until: next(delivery), reason: reason)
                    }
                }
            } catch {
                log.error("deliveries can't be kept", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// When to try again: after a random part of a growing pause ("full jitter"); nil after a day.
    private func next(_ delivery: Delivery) -> Timestamp? {
        let now = Timestamp.now
        guard now < delivery.received + Self.patience else { return nil }
        let pause = min(Self.longestPause, 0.5 * pow(2, Double(min(delivery.attempts, 16))))
        return now + .milliseconds(Int64(1000 * pause * Double.random(in: 0.5...1)))
    }

    private func attempt(_ delivery: Delivery, _ client: HTTPClient) async -> Attempt {
        do {
            guard let project = try project(delivery.project),
                let event = try? EventReader(.init(time: .now) { "" }).event(Array(delivery.event))
            else { return .unwanted }
            if delivery.subscription.hasPrefix(Webhook.namePrefix) {
                return try await tell(delivery.subscription, event, allow: project.allow)
            }
            guard let subscription = project.subscriptions.first(where: { $0.name == delivery.subscription }),
                let body = try Notification(subscription, event)?.body
            else { return .unwanted }
            return try await send(body, of: event, to: subscription, delivery, client)
        } catch let error as Unusable {
            return .failed(error.message)
        } catch let fault as HTTPFault {
            return .failed(fault.description)
        } catch let error as Template.Missing {
            return .failed(error.description)
        } catch {
            // What the client says may quote the URL, and that may be secret.
            return .failed("the sink can't be reached (\(type(of: error)))")
        }
    }

    private func send(
        _ body: [UInt8],
        of event: Event,
        to subscription: Subscription,
        _ delivery: Delivery,
        _ client: HTTPClient
    ) async throws -> Attempt {
        var request = HTTPClientRequest(url: try url(of: subscription))
        request.method = .POST
        let isEvent = subscription.form == .cloudEvent && subscription.payload == nil
        request.headers.add(
            name: "content-type",
            value: isEvent ? "application/cloudevents+json; charset=utf-8" : "application/json; charset=utf-8"
        )
        request.headers.add(name: "user-agent", value: "tidegate")
        request.headers.add(name: "x-tidegate-delivery", value: "\(delivery.position)")
        if let trace = event.traceParent { request.headers.add(name: TraceParent.name, value: trace) }
        if let secret = try subscription.secret.map(value) {
            let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
            request.headers.add(name: "x-tidegate-signature", value: "sha256=" + code.hexadecimal)
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(request, timeout: Self.timeout)
        guard !(200..<300).contains(response.status.code) else { return .arrived }
        return .failed("the sink answered \(response.status.code)")
    }

    /// A webhook that is only told of something.
    private func tell(_ name: String, _ event: Event, allow: Allow) async throws -> Attempt {
        guard let lane = event.lane else { return .unwanted }
        let hooks = try await writer { $0.documents.webhooks(in: lane) }
        guard let hook = hooks.first(where: { $0.name == name }), hook.isFor(event) else { return .unwanted }
        let result = await WebhookExecutor(secrets: secrets)(hook, event, by: GuardedClient(.allowed(allow)))
        return result.outcome.isFailure ? .failed(result.outcome.message) : .arrived
    }

    private struct Unusable: Error {
        let message: String
    }

    private func project(_ name: String) throws -> Project? {
        guard let text = try journal.document(DocumentPath.project, of: name)?.text else { return nil }
        return Project.read(text, file: DocumentPath.project).value
    }

    private func url(of subscription: Subscription) throws -> String {
        switch subscription.target {
        case .url(let url): return url
        case .secret(let secret):
            let url = try value(secret)
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw Unusable(message: "what `urlFrom` names is no URL of http or https")
            }
            return url
        }
    }

    /// Read each time, so that a new one is used at once; never kept or shown.
    private func value(_ secret: Subscription.Secret) throws -> String {
        switch secret {
        case .environment(let name):
            guard let secret = environment[name], !secret.isEmpty else {
                throw Unusable(message: "the server's environment has no variable `\(name)`, which holds the secret")
            }
            return secret
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw Unusable(message: "the secret's file \(path) can't be read")
            }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
