/// Goes through a JSON text once, strictly (RFC 8259): what it lets pass, every reader understands alike.
///
/// Foundation's reader is not used for events: it takes a comma after the last item, keeps one of two members of the
/// same name without a word, and can't leave a part of the text as the bytes that it is.
public struct JSONScanner {
    /// How deep a text may be nested.
    public static let depthLimit = 100

    let bytes: [UInt8]
    private(set) var index = 0
    private let depthLimit: Int

    /// - Throws: ``JSONFault`` where the bytes are not UTF-8.
    public init(_ bytes: [UInt8]) throws(JSONFault) {
        self.bytes = bytes
        depthLimit = Self.depthLimit
        guard let invalid = bytes.firstInvalidUTF8 else { return }
        throw JSONFault(offset: invalid, detail: "this is not UTF-8")
    }

    /// For bytes that were read before; what was put around them since may have made them deeper.
    init(known bytes: [UInt8]) {
        self.bytes = bytes
        depthLimit = 2 * Self.depthLimit
    }

    // MARK: Structure

    /// Goes through the members of an object.
    ///
    /// - Parameters:
    ///   - depth: How many arrays and objects are around it.
    ///   - body: Called with each name; it has to read the value.
    /// - Throws: ``JSONFault`` for a second member of a name, and for what the body throws.
    mutating func object(
        depth: Int,
        _ body: (inout JSONScanner, String) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try open(UInt8(ascii: "{"), "an object", depth: depth)
        var names = UniqueNames()
        guard !skip(UInt8(ascii: "}")) else { return }
        repeat {
            skipSpace()
            let start = index
            guard peek == UInt8(ascii: "\"") else { throw fault("expected a name in quotes") }
            let name = try string()
            guard names.insert(name) else {
                throw JSONFault(
                    offset: start,
                    path: [String(name.prefix(60))],
                    detail: "the second member of this name"
                )
            }
            guard skip(UInt8(ascii: ":")) else { throw fault("expected `:`") }
            skipSpace()
            do {
                try body(&self, name)
            } catch {
                throw error.inside(name)
            }
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw fault("expected `,` or `}`") }
    }

    /// Goes through the items of an array; the body has to read each.
    mutating func array(depth: Int, _ body: (inout JSONScanner) throws(JSONFault) -> Void) throws(JSONFault) {
        try open(UInt8(ascii: "["), "an array", depth: depth)
        guard !skip(UInt8(ascii: "]")) else { return }
        var count = 0
        repeat {
            skipSpace()
            do {
                try body(&self)
            } catch {
                throw error.inside(String(count))
            }
            count += 1
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw fault("expected `,` or `]`") }
    }

    private mutating func open(_ bracket: UInt8, _ name: String, depth: Int) throws(JSONFault) {
        guard depth < depthLimit else { throw fault("nested deeper than \(Self.depthLimit) levels") }
        guard skip(bracket) else { throw fault("expected \(name)") }
    }

    // MARK: Values

    /// Checks a value and passes over it.
    ///
    /// - Returns: Where it stands.
    mutating func skipValue(depth: Int) throws(JSONFault) -> Range<Int> {
        skipSpace()
        let start = index
        switch peek {
        case UInt8(ascii: "{"):
            try object(depth: depth) { scanner, _ throws(JSONFault) in _ = try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["):
            try array(depth: depth) { scanner throws(JSONFault) in _ = try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: _ = try number()
        }
        return start..<index
    }

    mutating func value(depth: Int) throws(JSONFault) -> JSON {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"):
            var members: [String: JSON] = [:]
            try object(depth: depth) { scanner, name throws(JSONFault) in
                members[name] = try scanner.value(depth: depth + 1)
            }
            return .object(members)
        case UInt8(ascii: "["):
            var items: [JSON] = []
            try array(depth: depth) { scanner throws(JSONFault) in items.append(try scanner.value(depth: depth + 1)) }
            return .array(items)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: return .number(try number())
        }
    }

    mutating func string() throws(JSONFault) -> String {
        let start = index
        let hasEscapes = try skipString()
        let range = start + 1..<index - 1
        return hasEscapes ? unescaped(range) : String(decoding: bytes[range], as: UTF8.self)
    }

    /// After the last value nothing may follow.
    mutating func end() throws(JSONFault) {
        skipSpace()
        guard index == bytes.count else { throw fault("expected the end of the text") }
    }

    // MARK: Tokens

    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    func fault(_ detail: String) -> JSONFault {
        JSONFault(offset: index, detail: index < bytes.count ? detail : "\(detail), found the end of the text")
    }

    mutating func skipSpace() {
        while index < bytes.count, bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index]) {
            // Of the control characters only these three are space in JSON.
            guard bytes[index] != 0x0B, bytes[index] != 0x0C else { return }
            index += 1
        }
    }

    /// Passes over space and then this byte, where it is there.
    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        index += 1
        return true
    }

    private mutating func word(_ word: StaticString) throws(JSONFault) {
        let isThere = word.withUTF8Buffer { letters in bytes[index...].starts(with: letters) }
        guard isThere else { throw fault("expected a value") }
        index += word.utf8CodeUnitCount
    }

    /// - Returns: Whether it has escapes.
    @discardableResult
    private mutating func skipString() throws(JSONFault) -> Bool {
        var hasEscapes = false
        index += 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return hasEscapes
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0..<0x20: throw fault("a control character in a string; write it as \\u00..")
            default: index += 1
            }
        }
        throw fault("expected `\"`")
    }

    private mutating func skipEscape() throws(JSONFault) {
        index += 1
        guard let letter = peek else { throw fault("expected an escape") }
        guard letter == UInt8(ascii: "u") else {
            guard #""\/bfnrt"#.utf8.contains(letter) else { throw fault("this escape does not exist") }
            index += 1
            return
        }
        let unit = try hexadecimal()
        guard (0xD800...0xDFFF).contains(unit) else { return }
        guard unit < 0xDC00, bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
            throw fault("half of a surrogate pair")
        }
        index += 1
        guard (0xDC00...0xDFFF).contains(try hexadecimal()) else { throw fault("half of a surrogate pair") }
    }

    /// The four digits after `u`.
    private mutating func hexadecimal() throws(JSONFault) -> Int {
        index += 1
        guard index + 4 <= bytes.count else { throw fault("expected four hexadecimal digits") }
        var unit = 0
        for _ in 0..<4 {
            guard let digit = bytes[index].hexadecimalDigit else { throw fault("expected a hexadecimal digit") }
            unit = unit * 16 + digit
            index += 1
        }
        return unit
    }

    private mutating func number() throws(JSONFault) -> Double {
        let start = index
        if peek == UInt8(ascii: "-") { index += 1 }
        guard let first = peek, first.isDigit else { throw fault("expected a value") }
        if first == UInt8(ascii: "0") { index += 1 } else { skipDigits() }
        if peek == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() else { throw fault("expected a digit") }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            guard skipDigits() else { throw fault("expected a digit") }
        }
        guard let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)), number.isFinite else {
            throw JSONFault(offset: start, detail: "a number larger than a double can be")
        }
        return number
    }

    @discardableResult
    private mutating func skipDigits() -> Bool {
        let start = index
        while let byte = peek, byte.isDigit { index += 1 }
        return index > start
    }

    /// A string's content with its escapes, which were checked, replaced.
    private func unescaped(_ range: Range<Int>) -> String {
        var units: [UInt16] = []
        var rest = String(decoding: bytes[range], as: UTF8.self).utf16[...]
        while let unit = rest.popFirst() {
            guard unit == UInt16(UInt8(ascii: "\\")), let letter = rest.popFirst() else {
                units.append(unit)
                continue
            }
            switch letter {
            case 0x62: units.append(8)
            case 0x66: units.append(12)
            case 0x6E: units.append(10)
            case 0x72: units.append(13)
            case 0x74: units.append(9)
            case 0x75:
                units.append(rest.prefix(4).reduce(0) { $0 * 16 + UInt16(UInt8($1).hexadecimalDigit ?? 0) })
                rest = rest.dropFirst(4)
            default: units.append(letter)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}

extension JSON {
    /// Reads a JSON text that was written by us.
    ///
    /// - Returns: nil where it is damaged.
    public init?(known bytes: [UInt8]) {
        var scanner = JSONScanner(known: bytes)
        guard let json = try? scanner.value(depth: 0) else { return nil }
        self = json
    }

    /// Reads a JSON text.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - depth: How many arrays and objects will be around it.
    /// - Throws: ``JSONFault`` with what is wrong and where.
    public init(parsing bytes: [UInt8], depth: Int = 0) throws(JSONFault) {
        var scanner = try JSONScanner(bytes)
        self = try scanner.value(depth: depth)
        try scanner.end()
    }
}

/// The names of an object's members: few mostly, and then a list is quicker than a set.
private struct UniqueNames {
    private var few: [String] = []
    private var many: Set<String> = []

    mutating func insert(_ name: String) -> Bool {
        guard few.count == 24 else {
            guard !few.contains(name) else { return false }
            few.append(name)
            return true
        }
        return !few.contains(name) && many.insert(name).inserted
    }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }

    fileprivate var hexadecimalDigit: Int? {
        switch self {
        case 0x30...0x39: Int(self) - 0x30
        case 0x41...0x46: Int(self) - 0x41 + 10
        case 0x61...0x66: Int(self) - 0x61 + 10
        default: nil
        }
    }
}

extension [UInt8] {
    /// The offset of the first byte that is not UTF-8.
    fileprivate var firstInvalidUTF8: Int? {
        if String(validating: self, as: UTF8.self) != nil { return nil }
        var decoder = UTF8()
        var iterator = makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
        return offset
    }
}
