import Events
import Executors
import Foundation
import HTTPTypes
import NIOCore
import Orchestrator
import Synchronization

/// What the connections share of the quick way in.
struct Ingest: Sendable {
    let orchestrator: Orchestrator
    let authentication: Authentication
    let metrics: RequestMetrics
    private let clock = HTTPClock()

    init(orchestrator: Orchestrator, authentication: Authentication, metrics: RequestMetrics) {
        self.orchestrator = orchestrator
        self.authentication = authentication
        self.metrics = metrics
    }

    private static let path = "/v1/events"

    /// Whether a request may be a single event that needs nothing but to be kept.
    static func isMeant(_ head: HTTPRequest) -> Bool {
        let headers = head.headerFields
        guard head.method == .post, head.path == path, headers[.connection] == nil, headers[.contentEncoding] == nil,
            headers[.expect] == nil, let length = headers[.contentLength].flatMap({ Int($0) })
        else { return false }
        return length <= Limits.event && headers[.contentType]?.mediaType != "application/cloudevents-batch+json"
    }

    /// The event that a request hands in; nil where there is anything to say about it.
    func event(_ taken: EventDoorState.Taken) -> Event? {
        let headers = taken.head.headerFields
        let reader = EventReader.outside(headers)
        guard let principal = try? authentication.principal(headers), (try? principal.check(.ingest)) != nil,
            let event = try? EventRoutes.event(headers, taken.body.map { Array($0.readableBytesView) } ?? [], reader),
            (try? EventRoutes.check(event, principal)) != nil
        else { return nil }
        return event
    }

    func note(_ start: ContinuousClock.Instant) {
        metrics.note(
            .init(method: "POST", route: Self.path, status: HTTPResponse.Status.accepted.code),
            seconds: (ContinuousClock.now - start) / .seconds(1)
        )
    }

    /// For the header `Date` (RFC 9110, section 5.6.7).
    var date: String { clock.text }
}

/// The time of day as HTTP writes it, made once a second.
private final class HTTPClock: Sendable {
    private let kept = Mutex<(second: Int, text: String)>((0, ""))

    var text: String {
        let now = time(nil)
        return kept.withLock { kept in
            guard kept.second != now else { return kept.text }
            var (seconds, parts) = (now, tm())
            gmtime_r(&seconds, &parts)
            var buffer = [CChar](repeating: 0, count: 64)
            strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            kept = (now, String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            return kept.text
        }
    }
}
