import Foundation

/// A moment in UTC, to the millisecond; written as RFC 3339 with exactly three decimals.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads RFC 3339, with any offset and any number of decimals; what is finer than a millisecond is cut off.
    ///
    /// - Returns: nil for anything else.
    public init?(_ text: String) {
        let isFractional = text.contains(".")
        var style = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        style.timeZone = .gmt
        var whole = text
        var milliseconds: Int64 = 0
        if isFractional {
            guard let dot = text.firstIndex(of: "."), let end = text[dot...].firstIndex(where: { "zZ+-".contains($0) })
            else { return nil }
            let digits = text[text.index(after: dot)..<end]
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
            milliseconds = Int64(digits.prefix(3).padding(toLength: 3, withPad: "0", startingAt: 0)) ?? 0
            whole.removeSubrange(dot..<end)
        }
        guard whole.utf8.count >= 20, whole.contains(where: { "tT".contains($0) }),
            let date = try? style.parse(whole.uppercased())
        else { return nil }
        self.init(milliseconds: Int64(date.timeIntervalSince1970.rounded()) * 1000 + milliseconds)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// Whole seconds, with the milliseconds as decimals: what Prometheus takes as a time.
    public var seconds: Double { Double(milliseconds) / 1000 }
}

extension Timestamp: CustomStringConvertible {
    public var description: String {
        let fraction = ((milliseconds % 1000) + 1000) % 1000
        let date = Date(timeIntervalSince1970: Double((milliseconds - fraction) / 1000))
        let digits = String(fraction)
        let decimals = String(repeating: "0", count: 3 - digits.count) + digits
        return date.formatted(Date.ISO8601FormatStyle()).dropLast() + ".\(decimals)Z"
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
