import Documents
import Events

extension JSON {
    /// A YAML value as the JSON that it means: plain `true`, `null` and numbers as such, all else as text.
    public init(yaml node: Node) {
        switch node.content {
        case .sequence(let items): self = .array(items.map(JSON.init(yaml:)))
        case .mapping(let entries):
            self = .object(Dictionary(entries.map { ($0.key, JSON(yaml: $0.value)) }) { first, _ in first })
        case .scalar where node.isNull: self = .null
        case .scalar(let scalar) where scalar.isPlain && ["true", "True", "TRUE"].contains(scalar.text):
            self = .boolean(true)
        case .scalar(let scalar) where scalar.isPlain && ["false", "False", "FALSE"].contains(scalar.text):
            self = .boolean(false)
        case .scalar(let scalar):
            let isNumeric = scalar.isPlain && scalar.text.utf8.allSatisfy("0123456789.eE+-".utf8.contains)
            let number = isNumeric ? Double(scalar.text) : nil
            self = number.flatMap { $0.isFinite ? .number($0) : nil } ?? .text(scalar.text)
        }
    }
}
