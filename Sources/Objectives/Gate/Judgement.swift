import Events

/// What an evaluation comes to, and what each objective contributed.
public struct Judgement: Sendable, Equatable {
    public let verdict: Verdict
    /// What was reached, in percent of ``maximum``.
    public let score: Double
    /// The sum of the weights that counted.
    public let maximum: Double
    /// One for each objective, in the order of the file.
    public let objectives: [ObjectiveJudgement]
}

/// What became of one objective.
public struct ObjectiveJudgement: Sendable, Equatable {
    public enum Status: String, Codable, Sendable {
        case pass, warning, fail
        /// Not counted.
        case info
    }

    public let status: Status
    /// Points: the weight, half of it, or none.
    public let score: Double
    public let outcome: IndicatorValue.Outcome
    /// The aggregate of the earlier values, or nil where there were none.
    public let comparedValue: Double?
    /// How many earlier results had a value.
    public let comparedCount: Int
    /// What became of each pass criterion, in the order of the file; nil where nothing was judged.
    public let pass: [Target]?
    public let warning: [Target]?

    /// What became of a criterion. The criterion itself is the objective's, in the same order: a copy for each would cost
    /// more than the judging.
    public struct Target: Sendable, Equatable {
        /// What the value was held against; 0 for a relative criterion without earlier values.
        public let value: Double
        public let isViolated: Bool
    }
}
