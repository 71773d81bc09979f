import Documents

/// An SLO text that has errors, all of which are in the diagnostics.
public struct UnreadableSLO: Error {
    public let diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }
}
