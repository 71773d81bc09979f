import Events
import Tracing

extension ServiceContext {
    /// The context in which what follows from an event belongs to the event's trace.
    init(traceParent: String?) {
        self = .topLevel
        guard let traceParent else { return }
        InstrumentationSystem.instrument.extract(traceParent, into: &self, using: TraceParentText())
    }

    /// The value of `traceparent` for what is caused by the work under way; nil where it is in no trace.
    public static var traceParent: String? {
        guard let current else { return nil }
        var text = ""
        InstrumentationSystem.instrument.inject(current, into: &text, using: TraceParentText())
        return text.isEmpty ? nil : text
    }
}

/// `traceparent` alone, without the headers around it.
private struct TraceParentText: Extractor, Injector {
    func extract(key: String, from carrier: String) -> String? { key == TraceParent.name ? carrier : nil }

    func inject(_ value: String, forKey key: String, into carrier: inout String) {
        if key == TraceParent.name { carrier = value }
    }
}
