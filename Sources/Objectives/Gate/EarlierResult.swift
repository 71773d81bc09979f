import Events

/// An earlier evaluation of the same service, as far as a later one is compared with it.
public struct EarlierResult: Sendable, Equatable {
    /// The evaluation's id; nil where the history came without ids.
    public let id: String?
    public let result: Verdict
    public let values: [IndicatorValue]

    public init(id: String?, result: Verdict, values: [IndicatorValue]) {
        self.id = id
        self.result = result
        self.values = values
    }
}
