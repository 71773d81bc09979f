/// What was asked about an indicator and what came back: the raw material of a verdict.
public struct Observation: Codable, Sendable, Equatable {
    public let metric: String
    /// Nil where there was no usable number.
    public let value: Double?
    /// Whether there was nothing measured, as opposed to an answer that is no number.
    public let isMissing: Bool
    /// Why there is no value, or what the source said of it.
    public let message: String
    /// The query as it was sent, placeholders replaced; nil where no provider was asked.
    public let query: String?
    public let provider: String?
    /// What the provider said beside its answer, such as that it is partial.
    public let warnings: [String]

    public init(
        _ value: IndicatorValue,
        message: String = "",
        query: String? = nil,
        provider: String? = nil,
        warnings: [String] = []
    ) {
        metric = value.metric
        self.query = query
        self.provider = provider
        self.warnings = warnings
        switch value.outcome {
        case .value(let number): (self.value, isMissing, self.message) = (number, false, message)
        case .noData(let reason): (self.value, isMissing, self.message) = (nil, true, reason)
        case .failure(let reason): (self.value, isMissing, self.message) = (nil, false, reason)
        }
    }

    public var indicatorValue: IndicatorValue {
        let outcome: IndicatorValue.Outcome =
            if let value { .value(value) } else if isMissing { .noData(message) } else { .failure(message) }
        return IndicatorValue(metric: metric, outcome: outcome)
    }
}
