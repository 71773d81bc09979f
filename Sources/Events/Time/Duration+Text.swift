extension Duration {
    /// Reads a duration as Go writes it: `90s`, `10m`, `1h30m`, `1.5h`, `250ms`.
    ///
    /// - Returns: nil for anything else, and for what is negative or longer than about 100 years.
    public init?(goStyle text: String) {
        var rest = Substring(text)
        var milliseconds = 0.0
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let factor = Self.units[String(unit)] else { return nil }
            milliseconds += number * factor
        } while !rest.isEmpty
        guard milliseconds < 4e12 else { return nil }
        self = .milliseconds(Int64(milliseconds.rounded()))
    }

    private static let units: [String: Double] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]

    /// Whole milliseconds.
    public var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

extension Duration {
    /// As Go and our documents write it, without parts that are zero: `1h30m`, `90ms`.
    public var text: String {
        var rest = milliseconds
        guard rest != 0 else { return "0s" }
        var text = ""
        for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] as [(String, Int64)]
        where rest >= size {
            text += "\(rest / size)\(unit)"
            rest %= size
        }
        return text
    }
}
