import Events
import Synchronization
import Tracing

/// A span that is under way; handed to the exporter when it ends.
public final class OTLPSpan: Span {
    private struct State {
        var name: String
        var attributes: SpanAttributes = [:]
        var status: SpanStatus?
        var links: [SpanLink] = []
        var isEnded = false
    }

    public let context: ServiceContext
    private let trace: TraceParent
    private let parent: String?
    private let kind: SpanKind
    private let start: UInt64
    private let exporter: OTLPExporter
    private let state: Mutex<State>

    init(
        _ name: String,
        _ trace: TraceParent,
        parent: String?,
        context: ServiceContext,
        kind: SpanKind,
        start: UInt64,
        exporter: OTLPExporter
    ) {
        self.context = context
        self.trace = trace
        self.parent = parent
        self.kind = kind
        self.start = start
        self.exporter = exporter
        state = Mutex(State(name: name))
    }

    public var isRecording: Bool { trace.isSampled && !state.withLock(\.isEnded) }

    public var operationName: String {
        get { state.withLock(\.name) }
        set { state.withLock { $0.name = newValue } }
    }

    public var attributes: SpanAttributes {
        get { state.withLock(\.attributes) }
        set { state.withLock { $0.attributes = newValue } }
    }

    public func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }

    public func addLink(_ link: SpanLink) { state.withLock { $0.links.append(link) } }

    /// What happened on the way is told by spans and attributes here.
    public func addEvent(_ event: SpanEvent) {}

    public func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        setStatus(.init(code: .error, message: "\(error)"))
    }

    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = instant().nanosecondsSinceEpoch
        let ended = state.withLock { state -> State? in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state
        }
        guard let ended, trace.isSampled else { return }
        exporter.take(json(ended, end: end))
    }

    /// <https://github.com/open-telemetry/opentelemetry-proto/blob/v1.3.2/opentelemetry/proto/trace/v1/trace.proto>, in the
    /// JSON mapping of OTLP 1.3, where ids are hexadecimal and times are text.
    private func json(_ ended: State, end: UInt64) -> JSON {
        var json: JSON = [
            "traceId": .text(trace.traceID), "spanId": .text(trace.spanID), "name": .text(ended.name),
            "kind": .number(kind.number), "startTimeUnixNano": .text(String(start)),
            "endTimeUnixNano": .text(String(max(start, end))),
        ]
        json["parentSpanId"] = parent.map { .text($0) }
        var attributes: [JSON] = []
        ended.attributes.forEach { name, value in
            if let value = value.otlp { attributes.append(["key": .text(name), "value": value]) }
        }
        if !attributes.isEmpty { json["attributes"] = .array(attributes) }
        if let status = ended.status {
            json["status"] = [
                "code": .number(status.code == .error ? 2 : 1), "message": .text(status.message ?? ""),
            ]
        }
        return json
    }
}

extension SpanKind {
    fileprivate var number: Double {
        switch self {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}

extension SpanAttribute {
    fileprivate var otlp: JSON? {
        switch self {
        case .int32(let number): ["intValue": .text(String(number))]
        case .int64(let number): ["intValue": .text(String(number))]
        case .double(let number): ["doubleValue": .number(number)]
        case .bool(let flag): ["boolValue": .boolean(flag)]
        case .string(let text): ["stringValue": .text(text)]
        case .stringConvertible(let value): ["stringValue": .text(value.description)]
        default: nil
        }
    }
}
