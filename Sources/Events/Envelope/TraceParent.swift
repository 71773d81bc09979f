/// Where a trace goes on: the value of `traceparent`, in a header or as an event's attribute.
///
/// <https://www.w3.org/TR/trace-context/#traceparent-header>, version 00, and
/// <https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md>.
public struct TraceParent: Sendable, Equatable {
    public static let name = "traceparent"

    /// 32 hexadecimal digits, not all zero.
    public let traceID: String
    /// 16 hexadecimal digits, not all zero.
    public let spanID: String
    /// Whether the one who sent it records the trace.
    public let isSampled: Bool

    public init(traceID: String, spanID: String, isSampled: Bool) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }

    /// - Returns: nil for what is not in that form, which then begins a trace of its own.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            [(parts[0], 2), (parts[1], 32), (parts[2], 16), (parts[3], 2)].allSatisfy({ $0.isHexadecimal(of: $1) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(traceID: String(parts[1]), spanID: String(parts[2]), isSampled: flags & 1 == 1)
    }

    public var text: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }
}

extension Substring {
    fileprivate func isHexadecimal(of count: Int) -> Bool {
        utf8.count == count && utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
