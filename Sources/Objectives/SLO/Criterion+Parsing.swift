import Documents

extension Criterion {
    /// Why a text is no criterion, and how it is written.
    public struct Unreadable: Error, Equatable {
        public let message: String
    }

    /// Reads Keptn's form: an operator, an optional sign, a number, an optional `%`; spaces are ignored.
    ///
    /// A sign or a `%` makes it relative to earlier results; `10%` means `+10%`.
    public init(parsing text: String) throws(Unreadable) {
        guard text.utf8.count <= Self.limit else {
            throw Unreadable(message: "`\(text.abbreviated)` is no criterion: it is longer than \(Self.limit) bytes")
        }
        let bytes = text.utf8.filter { $0 != UInt8(ascii: " ") }
        let start = bytes.firstIndex { !Self.operatorBytes.contains($0) } ?? bytes.endIndex
        let symbol = String(decoding: bytes[..<start], as: UTF8.self)
        guard let relation = Relation(rawValue: symbol) else {
            throw Self.noOperator(text, symbol: symbol, rest: String(decoding: bytes[start...], as: UTF8.self))
        }
        var digits = bytes[start...]
        let isPercent = digits.last == UInt8(ascii: "%")
        if isPercent { digits = digits.dropLast() }
        let sign = digits.first.flatMap { Self.signs[$0] }
        if sign != nil { digits = digits.dropFirst() }
        guard let number = Self.number(digits) else {
            throw Unreadable(
                message:
                    "`\(text.abbreviated)` is no criterion: after `\(symbol)` comes a number without a unit (600, 0.5, 4.2e-05),"
                    + " or a change against earlier results (+5, -10%)"
            )
        }
        let signed = number * (sign ?? 1)
        self.text = text
        self.relation = relation
        bound = isPercent ? .percent(signed) : sign != nil ? .offset(signed) : .fixed(signed)
    }

    private static let limit = 100
    private static let operatorBytes: [UInt8] = Array("<>=!~".utf8)
    private static let signs: [UInt8: Double] = [UInt8(ascii: "+"): 1, UInt8(ascii: "-"): -1]

    /// A decimal number without a sign, as JSON and Go write it and `.5` too; nil for anything else.
    private static func number(_ digits: ArraySlice<UInt8>) -> Double? {
        guard let first = digits.first, first == UInt8(ascii: ".") || isDigit(first) else { return nil }
        guard digits.allSatisfy({ isDigit($0) || [".", "e", "E", "+", "-"].contains(Character(Unicode.Scalar($0))) })
        else { return nil }
        guard let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite else { return nil }
        return number
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func noOperator(_ text: String, symbol: String, rest: String) -> Unreadable {
        let mends = ["=>": ">=", "=<": "<=", "==": "="]
        if let mend = mends[symbol] {
            return Unreadable(message: "`\(text.abbreviated)` is no criterion: write `\(mend)` for `\(symbol)`")
        }
        let example = rest.isEmpty || number(Array(rest.utf8)[...]) == nil ? "<600" : "<=\(rest)"
        return Unreadable(
            message: "`\(text.abbreviated)` is no criterion: it starts with one of < <= = >= >, as in `\(example)`"
        )
    }
}
