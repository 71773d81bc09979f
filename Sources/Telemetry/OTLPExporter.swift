import AsyncHTTPClient
import Events
import Foundation
import Logging
import NIOCore
import Outbound
import ServiceLifecycle
import Synchronization

/// Sends spans to a collector: OTLP over HTTP, in JSON, some at a time.
///
/// Spans are for looking at, and never hold anything up: where the collector does not take them, they are dropped.
public final class OTLPExporter: Service {
    private struct State {
        var spans: [JSON] = []
        var dropped = 0
    }

    private static let interval = Duration.milliseconds(500)
    private static let atMost = 4096
    private static let batch = 512
    private static let timeout = TimeAmount.seconds(5)

    private let url: String
    private let headers: [(name: String, value: String)]
    private let version: String
    private let log: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - endpoint: The collector's URL, without `/v1/traces`.
    ///   - headers: Sent along, such as a token.
    ///   - version: Of this program.
    ///   - log: Where is told that the collector can't be reached.
    public init(endpoint: String, headers: [(name: String, value: String)], version: String, log: Logger) {
        url = endpoint + "/v1/traces"
        self.headers = headers
        self.version = version
        self.log = log
    }

    func take(_ span: JSON) {
        state.withLock { state in
            guard state.spans.count < Self.atMost else {
                state.dropped += 1
                return
            }
            state.spans.append(span)
        }
    }

    /// Sends until it is told to shut down; then what is there is sent once more.
    public func run() async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration().guarded)
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { await self.flush(client) }
        }
        await flush(client)
        try? await client.shutdown()
    }

    private func flush(_ client: HTTPClient) async {
        while true {
            let (spans, dropped) = state.withLock { state in
                let taken = Array(state.spans.prefix(Self.batch))
                state.spans.removeFirst(taken.count)
                defer { state.dropped = 0 }
                return (taken, state.dropped)
            }
            if dropped > 0 { log.warning("spans were dropped", metadata: ["count": "\(dropped)"]) }
            guard !spans.isEmpty else { return }
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            request.body = .bytes(ByteBuffer(bytes: body(spans).bytes))
            do {
                let response = try await client.execute(request, timeout: Self.timeout)
                guard (200..<300).contains(response.status.code) else {
                    log.warning("the collector does not take spans", metadata: ["status": "\(response.status.code)"])
                    return
                }
            } catch {
                log.warning("the collector can't be reached", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    private func body(_ spans: [JSON]) -> JSON {
        let resource: JSON = [
            "attributes": [
                ["key": "service.name", "value": ["stringValue": "tidegate"]],
                ["key": "service.version", "value": ["stringValue": .text(version)]],
            ]
        ]
        let scope: JSON = ["scope": ["name": "tidegate", "version": .text(version)], "spans": .array(spans)]
        return ["resourceSpans": [["resource": resource, "scopeSpans": [scope]]]]
    }
}
