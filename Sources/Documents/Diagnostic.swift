/// One thing to say about a document: where, how bad, what was expected and what to do.
///
/// Its description is a line in the form that editors and CI systems pick up: `FILE:LINE:COL: error: message`.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Sendable { case error, warning }

    public let file: String
    public let position: Position
    public let severity: Severity
    public let message: String

    public init(file: String, position: Position, severity: Severity, message: String) {
        self.file = file
        self.position = position
        self.severity = severity
        self.message = message
    }

    public var description: String {
        "\(file):\(position.line):\(position.column): \(severity.rawValue): \(message)"
    }
}
