/// What came of reading a document: the value where there was no error, and everything there is to say about it.
public struct Reading<Value> {
    public let value: Value?
    public let diagnostics: [Diagnostic]

    public init(value: Value?, log: DiagnosticLog) {
        self.value = log.hasErrors ? nil : value
        diagnostics = log.diagnostics
    }
}

extension Reading {
    private init(value: Value?, diagnostics: [Diagnostic]) {
        self.value = value
        self.diagnostics = diagnostics
    }

    /// The same, with what is made of the value.
    public func map<Other>(_ transform: (Value) -> Other) -> Reading<Other> {
        Reading<Other>(value: value.map(transform), diagnostics: diagnostics)
    }
}

extension Reading: Sendable where Value: Sendable {}
