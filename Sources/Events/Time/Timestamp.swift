/// A moment in UTC, to the millisecond; written as RFC 3339 with exactly three decimals.
///
/// Foundation's ISO 8601 parser is not used: it takes the 30th of February for the 2nd of March, and leaves what follows
/// a time unread.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, within the years 0000 to 9999, which RFC 3339 can write.
    public let milliseconds: Int64

    /// What is outside of those years is taken for their first or last moment.
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// Whole seconds, with the milliseconds as decimals: what Prometheus takes as a time.
    public var seconds: Double { Double(milliseconds) / 1000 }
}

extension Timestamp: CustomStringConvertible {
    public var description: String {
        let day = milliseconds.floorDivided(by: CivilDate.millisecondsPerDay)
        let rest = Int(milliseconds - day * CivilDate.millisecondsPerDay)
        let date = CivilDate(daysSince1970: Int(day))
        // By hand: this is written for every event.
        var text = date.description
        text.reserveCapacity(24)
        for (separator, value) in [("T", rest / 3_600_000), (":", rest / 60_000 % 60), (":", rest / 1000 % 60)] {
            text += separator
            if value < 10 { text += "0" }
            text += String(value)
        }
        text += "."
        return text + (rest % 1000).padded(3) + "Z"
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let timestamp = Timestamp(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "`\(text)` is no RFC 3339 time")
            )
        }
        self = timestamp
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Timestamp {
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds.addingReportingOverflow(duration.milliseconds).partialValue)
    }

    public static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }
}
