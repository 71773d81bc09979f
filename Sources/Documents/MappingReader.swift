/// Reads a mapping whose keys are known, strictly: what it does not know, and what has another type, is reported.
///
/// Absent and null mean the same for an optional key. A value that can't be read is reported and returned as nil, so
/// that the rest of the document is still checked.
public struct MappingReader {
    public let position: Position
    private let name: String
    private let values: [String: Node.Entry]
    private let log: DiagnosticLog

    /// Nil, after reporting it, for anything but a mapping.
    ///
    /// - Parameters:
    ///   - node: What stands where the mapping is expected.
    ///   - name: What the mapping is to a person: "an objective".
    ///   - fields: Every key that it may have.
    ///   - log: Where mistakes are reported.
    public init?(_ node: Node, as name: String, fields: [Field], log: DiagnosticLog) {
        guard case .mapping(let entries) = node.content else {
            log.error(at: node.position, "expected \(name) (a mapping with \(fields.nameList)), found \(node.kindName)")
            return nil
        }
        position = node.position
        self.name = name
        self.log = log
        var values: [String: Node.Entry] = [:]
        for entry in entries where !log.isFull {
            guard let field = fields.first(where: { $0.name == entry.key }) else {
                let names = fields.filter(\.isRead).map(\.name)
                let hint = entry.key.suggestion(among: names)
                let known = hint.isEmpty ? "; known here: \(fields.nameList)" : hint
                log.error(at: entry.keyPosition, "unknown key `\(entry.key.abbreviated)` in \(name)\(known)")
                continue
            }
            switch field.treatment {
            case .ignored(let advice):
                log.warning(at: entry.keyPosition, "`\(field.name)` has no effect, and had none in Keptn; \(advice)")
            case .refused(let advice):
                log.error(at: entry.keyPosition, "`\(field.name)` can't be used: \(advice)")
            case .required where entry.value.isNull:
                log.error(at: entry.keyPosition, "`\(field.name)` of \(name) has no value; expected \(field.form)")
            case .required, .optional:
                if !entry.value.isNull { values[entry.key] = entry }
            }
        }
        for field in fields where field.treatment == .required && !entries.contains(where: { $0.key == field.name }) {
            log.error(at: position, "\(name) needs `\(field.name)`: \(field.form)")
        }
        self.values = values
    }

    /// The node under a key, where it is there and not null.
    public subscript(field: Field) -> Node? { values[field.name]?.value }

    /// Where the key itself stands.
    public func keyPosition(of field: Field) -> Position? { values[field.name]?.keyPosition }

    /// Text, or any other single value as it is written: `spec_version: 1.0` is the text "1.0".
    public func text(_ field: Field) -> String? {
        scalar(field)?.text
    }

    /// `true` or `false`, and YAML 1.1's other words for them.
    public func boolean(_ field: Field) -> Bool? {
        guard let scalar = scalar(field) else { return nil }
        switch scalar.text.lowercased() {
        case "true" where scalar.isPlain, "yes" where scalar.isPlain, "on" where scalar.isPlain: return true
        case "false" where scalar.isPlain, "no" where scalar.isPlain, "off" where scalar.isPlain: return false
        default: return fail(field, expected: "true or false")
        }
    }

    /// A whole number within a range.
    public func integer(_ field: Field, in range: ClosedRange<Int>) -> Int? {
        guard let scalar = scalar(field) else { return nil }
        guard scalar.isPlain, let number = Int(scalar.text), range.contains(number) else {
            return fail(field, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A finite number.
    public func number(_ field: Field) -> Double? {
        guard let scalar = scalar(field) else { return nil }
        guard scalar.isPlain, let number = Double(scalar.text), number.isFinite else {
            return fail(field, expected: "a number")
        }
        return number
    }

    /// One of the names of an enumeration.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(_ field: Field, of type: Choice.Type) -> Choice?
    {
        guard let scalar = scalar(field) else { return nil }
        if let choice = Choice(rawValue: scalar.text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        return fail(field, expected: names.alternatives, hint: scalar.text.suggestion(among: names))
    }

    /// The items of a list; empty where the key is absent.
    public func list(_ field: Field) -> [Node] {
        guard let node = self[field] else { return [] }
        if case .sequence(let items) = node.content { return items }
        report(field, node, expected: "a list")
        return []
    }

    /// The entries of a mapping whose keys are free; empty where the key is absent.
    public func entries(_ field: Field) -> [Node.Entry] {
        guard let node = self[field] else { return [] }
        if case .mapping(let entries) = node.content { return entries }
        report(field, node, expected: "a mapping of names to values")
        return []
    }

    /// The entries of a mapping of names to text; those of another type are reported.
    public func textEntries(_ field: Field) -> [(name: String, text: String)] {
        entries(field).compactMap { entry in
            if entry.value.isNull { return (entry.key, "") }
            if case .scalar(let scalar) = entry.value.content { return (entry.key, scalar.text) }
            log.error(at: entry.value.position, "`\(entry.key.abbreviated)` must be text, not \(entry.value.kindName)")
            return nil
        }
    }

    private func scalar(_ field: Field) -> Node.Scalar? {
        guard let node = self[field] else { return nil }
        if case .scalar(let scalar) = node.content { return scalar }
        report(field, node, expected: field.form)
        return nil
    }

    private func fail<Value>(_ field: Field, expected: String, hint: String = "") -> Value? {
        if let node = self[field] { report(field, node, expected: expected, hint: hint) }
        return nil
    }

    private func report(_ field: Field, _ node: Node, expected: String, hint: String = "") {
        log.error(at: node.position, "`\(field.name)` must be \(expected), not \(node.kindName)\(hint)")
    }
}

extension Field {
    fileprivate var isRead: Bool {
        switch treatment {
        case .required, .optional: true
        case .ignored, .refused: false
        }
    }
}

extension [Field] {
    fileprivate var nameList: String {
        filter(\.isRead).map { "`\($0.name)`" }.joined(separator: ", ")
    }
}

extension [String] {
    /// "`a`, `b` or `c`".
    fileprivate var alternatives: String {
        guard let last else { return "" }
        let rest = dropLast().map { "`\($0)`" }.joined(separator: ", ")
        return rest.isEmpty ? "`\(last)`" : "\(rest) or `\(last)`"
    }
}
