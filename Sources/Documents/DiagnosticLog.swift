/// Collects what is wrong with one document, so that one run reports all of it.
///
/// A reference type, because every reader of a part of the document writes to the same log; it never leaves the
/// call that reads the document.
public final class DiagnosticLog {
    public let file: String
    private var entries: [Diagnostic] = []
    private var counts: [Diagnostic.Severity: Int] = [:]

    public init(file: String) {
        self.file = file
    }

    public var hasErrors: Bool { counts[.error] != nil }

    /// Everything said so far, once each, in the order of the text.
    public var diagnostics: [Diagnostic] {
        var seen = Set<Diagnostic>()
        return entries.filter { seen.insert($0).inserted }.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }

    /// Whether there are ``Limits/errors`` errors: reading may stop. Warnings never stop it, and never hide an error.
    public var isFull: Bool { counts[.error, default: 0] >= Limits.errors }

    public func error(at position: Position, _ message: String) {
        append(.error, position, message)
    }

    public func warning(at position: Position, _ message: String) {
        append(.warning, position, message)
    }

    private func append(_ severity: Diagnostic.Severity, _ position: Position, _ message: String) {
        guard counts[severity, default: 0] < Limits.errors else { return }
        counts[severity, default: 0] += 1
        entries.append(Diagnostic(file: file, position: position, severity: severity, message: message))
    }
}
