/// Collects what is wrong with one document, so that one run reports all of it.
///
/// A reference type, because every reader of a part of the document writes to the same log; it never leaves the
/// call that reads the document.
public final class DiagnosticLog {
    public let file: String
    private var entries: [Diagnostic] = []

    public init(file: String) {
        self.file = file
    }

    public var hasErrors: Bool { entries.contains { $0.severity == .error } }

    /// Everything said so far, once each, in the order of the text.
    public var diagnostics: [Diagnostic] {
        var seen = Set<Diagnostic>()
        return entries.filter { seen.insert($0).inserted }.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }

    /// Whether ``Limits/errors`` is reached: reading may stop, nothing more is kept.
    public var isFull: Bool { entries.count >= Limits.errors }

    public func error(at position: Position, _ message: String) {
        guard !isFull else { return }
        entries.append(Diagnostic(file: file, position: position, severity: .error, message: message))
    }

    public func warning(at position: Position, _ message: String) {
        guard !isFull else { return }
        entries.append(Diagnostic(file: file, position: position, severity: .warning, message: message))
    }
}
