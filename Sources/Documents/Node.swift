/// A value in a YAML document and where it stands.
public struct Node: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping([Entry])
    }

    public struct Scalar: Sendable, Equatable {
        public let text: String
        /// Whether it was written without quotes and not as a block, so that `null`, `true` and numbers mean themselves.
        public let isPlain: Bool
    }

    public struct Entry: Sendable, Equatable {
        public let key: String
        public let keyPosition: Position
        public let value: Node
    }

    public let content: Content
    public let position: Position
    /// How many nodes it is made of, aliases expanded and text counted in: what bounds the work that a document can cause.
    let size: Int
    /// How many levels it has, a scalar being 1.
    let height: Int

    init(_ content: Content, at position: Position) {
        self.content = content
        self.position = position
        switch content {
        case .scalar(let scalar):
            size = 1 + scalar.text.utf8.count / 8
            height = 1
        case .sequence(let items):
            size = items.reduce(1) { $0 + $1.size }
            height = 1 + (items.map(\.height).max() ?? 0)
        case .mapping(let entries):
            size = entries.reduce(1) { $0 + $1.value.size }
            height = 1 + (entries.map(\.value.height).max() ?? 0)
        }
    }

    /// Whether it is YAML's null: nothing at all, `~` or an unquoted `null`.
    public var isNull: Bool {
        guard case .scalar(let scalar) = content, scalar.isPlain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// The value under a key of a mapping; nil for other nodes too.
    public subscript(key: String) -> Node? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// What a person calls it in an error message.
    public var kindName: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar where isNull: "nothing"
        case .scalar(let scalar): "`\(scalar.text.abbreviated)`"
        }
    }
}

extension String {
    /// Short enough for one line of an error message, without line breaks and control characters.
    public var abbreviated: String {
        let line = String(prefix(61)).printable
        return line.count > 60 ? line.prefix(60) + "…" : line
    }

    /// On one line, with a space for what a terminal could take for a command or for a change of direction.
    public var printable: String {
        guard contains(where: { $0.isNewline || $0.isControl }) else { return self }
        return String(map { $0.isNewline || $0.isControl ? " " : $0 })
    }
}

extension Character {
    /// C0, DEL, C1, and the marks that turn the direction of writing.
    fileprivate var isControl: Bool {
        unicodeScalars.contains {
            $0.properties.generalCategory == .control || (0x202A...0x202E).contains($0.value)
                || (0x2066...0x2069).contains($0.value)
        }
    }
}
