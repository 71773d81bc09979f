import Events

/// Everything that a verdict rests on, so that it can be computed again without asking anybody.
public struct Evidence: Codable, Sendable, Equatable {
    /// The SLO as it was read.
    public struct Document: Codable, Sendable, Equatable {
        public let path: String
        /// Of the text's bytes, in lower-case hexadecimal.
        public let sha256: String
        public let text: String

        public init(path: String, sha256: String, text: String) {
            self.path = path
            self.sha256 = sha256
            self.text = text
        }
    }

    /// An earlier evaluation that was compared with.
    public struct Baseline: Codable, Sendable, Equatable {
        public let id: String?
        public let result: Verdict
        public let values: [Observation]

        public init(id: String?, result: Verdict, values: [Observation]) {
            self.id = id
            self.result = result
            self.values = values
        }

        var earlierResult: EarlierResult {
            EarlierResult(id: id, result: result, values: values.map(\.indicatorValue))
        }
    }

    public let id: String
    public let lane: Lane
    public let labels: [String: String]
    public let window: TimeWindow
    public let slo: Document
    public let observations: [Observation]
    /// The earlier results that were compared with, newest first.
    public let baselines: [Baseline]
    /// Why it could not be evaluated; empty where it could.
    public let failures: [String]
    /// Traces of what failed; nil where there are none. The verdict does not rest on them.
    public var exemplars: [Exemplar]?

    public init(
        id: String,
        lane: Lane,
        labels: [String: String],
        window: TimeWindow,
        slo: Document,
        observations: [Observation],
        baselines: [Baseline],
        failures: [String]
    ) {
        self.id = id
        self.lane = lane
        self.labels = labels
        self.window = window
        self.slo = slo
        self.observations = observations
        self.baselines = baselines
        self.failures = failures
    }
}
