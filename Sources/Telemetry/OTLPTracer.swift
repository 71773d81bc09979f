import Events
import Synchronization
import Tracing

/// Records spans and hands them to an exporter; a trace that came from elsewhere is gone on with.
public struct OTLPTracer: Tracer {
    private let exporter: OTLPExporter

    public init(_ exporter: OTLPExporter) {
        self.exporter = exporter
    }

    public func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> OTLPSpan {
        var context = context()
        let parent = context.traceParent
        let own = TraceParent(
            traceID: parent?.traceID ?? .random(bytes: 16),
            spanID: .random(bytes: 8),
            isSampled: parent?.isSampled ?? true
        )
        context.traceParent = own
        return OTLPSpan(
            operationName,
            own,
            parent: parent?.spanID,
            context: context,
            kind: kind,
            start: instant().nanosecondsSinceEpoch,
            exporter: exporter
        )
    }

    public func forceFlush() {}

    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let parent = extractor.extract(key: TraceParent.name, from: carrier).flatMap(TraceParent.init) else {
            return
        }
        context.traceParent = parent
    }

    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let parent = context.traceParent else { return }
        injector.inject(parent.text, forKey: TraceParent.name, into: &carrier)
    }
}

private enum TraceParentKey: ServiceContextKey {
    typealias Value = TraceParent
}

extension ServiceContext {
    fileprivate var traceParent: TraceParent? {
        get { self[TraceParentKey.self] }
        set { self[TraceParentKey.self] = newValue }
    }
}

extension String {
    /// Hexadecimal digits of so many random bytes, not all zero.
    fileprivate static func random(bytes count: Int) -> String {
        var text = ""
        for index in 0..<count {
            let byte = UInt8.random(in: index == 0 ? 1...255 : 0...255)
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}
