/// What is wrong with a JSON text, and where.
public struct JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The offset of the byte where it shows.
    public let offset: Int
    /// The names and indexes that lead to the value, outermost first.
    public var path: [String]
    /// What was expected, in words.
    public let detail: String

    public init(offset: Int, path: [String] = [], detail: String) {
        self.offset = offset
        self.path = path
        self.detail = detail
    }

    /// As a JSON Pointer (RFC 6901); empty for the whole text.
    public var pointer: String {
        path.map { name in
            var escaped = "/"
            for character in name {
                switch character {
                case "~": escaped += "~0"
                case "/": escaped += "~1"
                default: escaped.append(character)
                }
            }
            return escaped
        }.joined()
    }

    public var description: String { "byte \(offset + 1): \(detail)" }

    /// The same fault, seen from the value that holds the one that has it.
    func inside(_ name: String) -> JSONFault {
        var fault = self
        // A path is for a person to read: what is nested deeper than this, the offset tells.
        if fault.path.count < 20 { fault.path.insert(String(name.prefix(60)), at: 0) }
        return fault
    }
}
