import Documents

/// One indicator and what is expected of it.
public struct Objective: Sendable, Equatable {
    /// The name of the indicator that it judges.
    public let sli: String
    public let displayName: String
    /// One group has to hold for a pass. Empty: the objective only informs and is not counted.
    public let pass: [CriteriaGroup]
    /// One group has to hold for a warning, which counts half the weight.
    public let warning: [CriteriaGroup]
    /// Points in the total score, 1 or more.
    public let weight: Int
    /// Whether its failure fails the whole evaluation.
    public let isKey: Bool
    public let noData: NoDataPolicy
    /// Where it stands in the SLO file.
    public let position: Position

    /// Whether it counts: without pass criteria it only informs.
    public var isJudged: Bool { !pass.isEmpty }

    /// What a person calls it.
    public var title: String { displayName.isEmpty ? sli : displayName }
}

/// Criteria that must all hold.
public struct CriteriaGroup: Sendable, Equatable {
    public let criteria: [Criterion]
}

extension [CriteriaGroup] {
    /// The criteria of all groups, in the order of the file.
    public var criteria: [Criterion] { flatMap(\.criteria) }
}

/// What becomes of an objective whose indicator has no data in the window.
public enum NoDataPolicy: String, Sendable, CaseIterable {
    case fail, warning, ignore
}
