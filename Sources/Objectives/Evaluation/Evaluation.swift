import Events

/// A verdict, explained: what `evaluate` prints and what is kept.
///
/// It is a function of its ``Evidence`` alone, so that the same evidence gives the same bytes at any time.
public struct Evaluation: Sendable, Equatable {
    public enum Status: String, Codable, Sendable {
        case succeeded
        /// It could not be evaluated: the verdict is `fail`, and the reason says why.
        case errored
    }

    public let evidence: Evidence
    public let slo: SLO
    public let judgement: Judgement
    public let status: Status
    public let verdict: Verdict
    /// In percent.
    public let score: Double
    /// What decided it, in one sentence.
    public let reason: String

    /// - Throws: ``UnreadableSLO`` where the evidence's SLO text can't be read.
    public init(_ evidence: Evidence) throws(UnreadableSLO) {
        let reading = SLO.read(evidence.slo.text, file: evidence.slo.path)
        guard let slo = reading.value else { throw UnreadableSLO(diagnostics: reading.diagnostics) }
        self.init(evidence, slo: slo)
    }

    /// - Parameters:
    ///   - evidence: What the verdict rests on.
    ///   - slo: What the evidence's SLO text says, where it is read already.
    public init(_ evidence: Evidence, slo: SLO) {
        self.evidence = evidence
        self.slo = slo
        judgement = Gate.judge(
            slo,
            values: evidence.observations.map(\.indicatorValue),
            comparedWith: evidence.baselines.map(\.earlierResult)
        )
        status = evidence.failures.isEmpty ? .succeeded : .errored
        verdict = status == .succeeded ? judgement.verdict : .fail
        score = status == .succeeded ? judgement.score : 0
        reason = Reason(slo: slo, judgement: judgement, evidence: evidence).sentence
    }

    /// What was measured for an objective, where anything was.
    public func observation(of objective: Objective) -> Observation? {
        evidence.observations.first { $0.metric == objective.sli }
    }

    /// Each objective with what became of it, in the order of the file.
    public var results: [(objective: Objective, judgement: ObjectiveJudgement)] {
        zip(slo.objectives, judgement.objectives).map { ($0, $1) }
    }

    /// What an objective that did not pass missed, or else what the source said of the value.
    public func message(on objective: Objective, _ judged: ObjectiveJudgement) -> String {
        let shortfall = Shortfall(objective: objective, judgement: judged, comparison: slo.comparison)
        return shortfall?.text ?? observation(of: objective)?.message ?? ""
    }
}
