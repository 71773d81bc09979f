import Events

/// One request among those that a metric counts, with the trace that shows what happened to it.
///
/// <https://prometheus.io/docs/prometheus/latest/querying/api/#querying-exemplars>
public struct Exemplar: Codable, Sendable, Equatable {
    /// The indicator whose query it belongs to.
    public let metric: String
    public let traceID: String
    public let value: Double
    public let time: Timestamp
    /// Where the trace can be looked at; nil where the provider's settings don't say.
    public let url: String?

    public init(metric: String, traceID: String, value: Double, time: Timestamp, url: String?) {
        self.metric = metric
        self.traceID = traceID
        self.value = value
        self.time = time
        self.url = url
    }
}
