/// The span of time that an evaluation looks at; its end is not before its start.
public struct TimeWindow: Codable, Hashable, Sendable {
    public let start: Timestamp
    public let end: Timestamp

    /// - Returns: nil where the end is before the start.
    public init?(start: Timestamp, end: Timestamp) {
        guard start <= end else { return nil }
        self.start = start
        self.end = end
    }

    /// Its length in whole seconds, rounded to the nearest and at least 1.
    public var seconds: Int64 { max(1, (end.milliseconds - start.milliseconds + 500) / 1000) }
}
