import Events

/// Which earlier results a release is compared with, and how they are made into one number.
public struct Comparison: Sendable, Equatable {
    public enum Mode: String, Sendable, CaseIterable {
        case singleResult = "single_result"
        case severalResults = "several_results"
    }

    public enum Inclusion: String, Sendable, CaseIterable {
        case pass
        case passOrWarning = "pass_or_warn"
        case all

        /// The verdicts that an earlier result may have to be compared with.
        public var verdicts: [Verdict] {
            switch self {
            case .pass: [.pass]
            case .passOrWarning: [.pass, .warning]
            case .all: [.pass, .warning, .fail]
            }
        }
    }

    /// How many earlier results are used at most, 1 or more.
    public let limit: Int
    public let inclusion: Inclusion
    public let aggregate: Aggregate

    public init(limit: Int = 1, inclusion: Inclusion = .all, aggregate: Aggregate = .average) {
        self.limit = limit
        self.inclusion = inclusion
        self.aggregate = aggregate
    }

    /// The results to compare with, out of a history that is ordered newest first: first filtered, then limited.
    public func select<Result>(from history: [Result], by verdict: (Result) -> Verdict) -> [Result] {
        let verdicts = inclusion.verdicts
        return Array(history.filter { verdicts.contains(verdict($0)) }.prefix(limit))
    }
}
