import Documents

/// Writes a value into a YAML text in the place of another one; comments, order and layout stay as they are.
struct YAMLEdit {
    struct Impossible: Error, Equatable {
        let message: String
    }

    private(set) var text: String

    init(_ text: String) {
        self.text = text
    }

    /// - Parameters:
    ///   - path: Names and numbers of items, joined by dots: `spec.containers.0.image`.
    ///   - value: What is to stand there: text, or what reads as a number.
    /// - Throws: ``Impossible`` where there is no such single value.
    mutating func set(_ path: String, to value: String) throws(Impossible) {
        let log = DiagnosticLog(file: "")
        guard let root = YAML.read(text, log: log) else {
            throw Impossible(message: log.diagnostics.first?.message ?? "it can't be read as YAML")
        }
        var node = root
        for step in path.split(separator: ".").map(String.init) {
            switch node.content {
            case .mapping:
                guard let next = node[step] else {
                    throw Impossible(message: "there is no `\(path)` in it: `\(step)` is missing")
                }
                node = next
            case .sequence(let items):
                guard let index = Int(step), items.indices.contains(index) else {
                    throw Impossible(message: "there is no `\(path)` in it: the list has \(items.count) items")
                }
                node = items[index]
            case .scalar:
                throw Impossible(message: "there is no `\(path)` in it: `\(step)` stands below a single value")
            }
        }
        guard case .scalar(let scalar) = node.content else {
            throw Impossible(message: "`\(path)` is \(node.kindName), not a single value")
        }
        guard scalar.text != value else { return }
        try replace(scalar, at: node.position, path, with: value)
    }

    private mutating func replace(
        _ scalar: Node.Scalar,
        at position: Position,
        _ path: String,
        with value: String
    ) throws(Impossible) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.indices.contains(position.line - 1) else { throw Impossible(message: "`\(path)` can't be found") }
        let line = lines[position.line - 1]
        let scalars = Array(line.unicodeScalars)
        let start = min(position.column - 1, scalars.count)
        let before = String(String.UnicodeScalarView(scalars[..<start]))
        let after = String(String.UnicodeScalarView(scalars[start...]))
        guard let old = Self.written(scalar, in: after) else {
            throw Impossible(message: "`\(path)` is written over several lines; write it in one")
        }
        lines[position.line - 1] = before + Self.quoted(value, like: old) + after.dropFirst(old.count)
        let edited = lines.joined(separator: "\n")
        // What was written is read again: nothing else may have changed.
        guard YAML.read(edited, log: DiagnosticLog(file: "")) != nil else {
            throw Impossible(message: "`\(path)` can't be written without changing what is around it")
        }
        text = edited
    }

    /// The value as it stands in the text, with its quotes.
    private static func written(_ scalar: Node.Scalar, in text: String) -> String? {
        if let quote = text.first, quote == "\"" || quote == "'" {
            var rest = text.dropFirst()
            var written = String(quote)
            while let next = rest.popFirst() {
                written.append(next)
                if next == "\\", quote == "\"", let escaped = rest.popFirst() {
                    written.append(escaped)
                } else if next == quote {
                    guard quote == "'", rest.first == "'" else { return written }
                    written.append(rest.removeFirst())
                }
            }
            return nil
        }
        return scalar.isPlain && text.hasPrefix(scalar.text) ? scalar.text : scalar.text.isEmpty ? "" : nil
    }

    /// In the quotes that were there; plain where it was plain and can be.
    private static func quoted(_ value: String, like old: String) -> String {
        if old.hasPrefix("'"), !value.contains(where: { $0.isNewline }) {
            return "'" + value.replacing("'", with: "''") + "'"
        }
        let special = " \t#:,[]{}&*!|>'\"%@`"
        let isPlain =
            !old.hasPrefix("\"") && !value.isEmpty && value.first != "-" && value.first != "?"
            && value.allSatisfy { !special.contains($0) || $0 == ":" } && !value.hasSuffix(":") && !value.contains(": ")
            && !value.contains { $0.isNewline }
        if isPlain { return value }
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"" + escaped + "\""
    }
}
