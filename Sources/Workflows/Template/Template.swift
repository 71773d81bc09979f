import Events

/// Text with places that an event's values are put into: `{{.data.project}}`, `{{index .data.list 0}}`.
///
/// The part of Go's text/template that Keptn's webhooks use (<https://pkg.go.dev/text/template>); nothing in it can do
/// anything. What is put in is escaped for where it stands, which Go's does not do.
public struct Template: Sendable, Equatable {
    /// What is put in stands in…
    public enum Escaping: Sendable {
        case nothing
        /// …a URL: what is not unreserved (RFC 3986) is percent-encoded.
        case url
        /// …a JSON text's string: quotes, backslashes and control characters are escaped.
        case jsonString
    }

    /// One step of a path.
    public enum Step: Sendable, Hashable {
        case member(String)
        case item(Int)
    }

    /// Why a text is no template.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// A place whose value is not there.
    public struct Missing: Error, Equatable, CustomStringConvertible {
        public let place: String
        public var description: String { "the event has no value for `\(place)`" }
    }

    private enum Part: Sendable, Equatable {
        case text(String)
        case value(path: [Step], place: String)
    }

    private let parts: [Part]
    /// As it was written.
    public let text: String

    public init(_ text: String) throws(Invalid) {
        self.text = text
        var parts: [Part] = []
        var rest = Substring(text)
        while let start = rest.firstRange(of: "{{") {
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            let inner = rest[start.upperBound...]
            guard let end = inner.firstRange(of: "}}") else {
                throw Invalid(description: "`{{` without `}}`")
            }
            let place = inner[..<end.lowerBound].trimmed
            parts.append(.value(path: try Self.path(place), place: place))
            rest = inner[end.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// Text without places.
    public init(fixed text: String) {
        self.text = text
        parts = [.text(text)]
    }

    private static func path(_ place: String) throws(Invalid) -> [Step] {
        let words = place.split(separator: " ").map(String.init)
        if words.first == "index", words.count >= 3 {
            var steps = try members(words[1], place)
            for word in words.dropFirst(2) {
                if let number = Int(word), number >= 0 {
                    steps.append(.item(number))
                } else if word.count >= 2, word.hasPrefix("\""), word.hasSuffix("\"") {
                    steps.append(.member(String(word.dropFirst().dropLast())))
                } else {
                    throw unreadable(place)
                }
            }
            return steps
        }
        guard words.count == 1 else { throw unreadable(place) }
        return try members(words[0], place)
    }

    private static func members(_ word: String, _ place: String) throws(Invalid) -> [Step] {
        let names = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard names.count >= 2, names[0].isEmpty, !names.dropFirst().contains(where: \.isEmpty) else {
            throw unreadable(place)
        }
        guard names.dropFirst().joined().allSatisfy({ $0.isLetter || $0.isNumber || "_-".contains($0) }) else {
            throw unreadable(place)
        }
        return names.dropFirst().map { .member($0) }
    }

    private static func unreadable(_ place: String) -> Invalid {
        Invalid(
            description:
                "`{{\(place.prefix(60))}}` can't be read: expected a place such as `{{.data.project}}` or `{{index .data.list 0}}`"
        )
    }

    /// The places in it, without what is known of their values.
    public var paths: [[Step]] {
        parts.compactMap { part in
            if case .value(let path, _) = part { path } else { nil }
        }
    }

    /// Puts values in.
    ///
    /// - Parameters:
    ///   - values: Where the places are looked up.
    ///   - secrets: What stands for `.env` and `.secret`: it is put in as it is.
    ///   - escaping: Where the text will stand.
    /// - Returns: The text.
    /// - Throws: ``Missing`` where a place has no value.
    public func render(
        _ values: JSON,
        secrets: [[Step]: String] = [:],
        escaping: Escaping = .nothing
    ) throws(Missing) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let fixed): text += fixed
            case .value(let path, let place):
                if let secret = secrets[path] {
                    text += secret
                } else {
                    guard let value = values.at(path)?.written else { throw Missing(place: place) }
                    // A whole URL that comes from outside would say where to go: it may only be a part of one.
                    text += escaping.escape(value)
                }
            }
        }
        return text
    }
}

extension Template.Escaping {
    fileprivate func escape(_ value: String) -> String {
        switch self {
        case .nothing: value
        case .url: value.percentEncoded
        case .jsonString: String(decoding: JSON.text(value).bytes.dropFirst().dropLast(), as: UTF8.self)
        }
    }
}

extension JSON {
    fileprivate func at(_ path: [Template.Step]) -> JSON? {
        var value = self
        for step in path {
            switch step {
            case .member(let name):
                guard let next = value[name] else { return nil }
                value = next
            case .item(let index):
                guard let items = value.array, items.indices.contains(index) else { return nil }
                value = items[index]
            }
        }
        return value
    }

    /// As it is put into a text; nil for what is not there.
    fileprivate var written: String? {
        switch self {
        case .null: nil
        case .text(let text): text
        default: String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension String {
    /// Everything but the unreserved characters of RFC 3986 percent-encoded.
    public var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            let isKept =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~".utf8.contains(byte)
            if isKept {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let front = drop { $0 == " " }
        return String(front.reversed().drop { $0 == " " }.reversed())
    }
}
