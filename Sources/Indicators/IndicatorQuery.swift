/// What is asked of a provider about an indicator: the query as it is sent, placeholders replaced.
public struct IndicatorQuery: Sendable, Equatable {
    public let metric: String
    /// The provider's name.
    public let provider: String
    public let text: String

    public init(metric: String, provider: String, text: String) {
        self.metric = metric
        self.provider = provider
        self.text = text
    }
}
