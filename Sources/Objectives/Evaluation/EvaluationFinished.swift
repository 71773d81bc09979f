import Events
import Foundation

/// The payload of `sh.keptn.event.evaluation.finished`: Keptn's, and the evidence beside it.
public struct EvaluationFinished: Codable, Sendable {
    public static let type = "sh.keptn.event.evaluation.finished"
    /// Of the event that takes an evaluation out of what later ones are compared with.
    public static let invalidatedType = "sh.keptn.event.evaluation.invalidated"

    /// Keptn's `evaluation` object.
    public struct Details: Codable, Sendable {
        public let timeStart: Timestamp
        public let timeEnd: Timestamp
        public let result: Verdict
        public let score: Double
        /// The SLO file in Base64.
        public let sloFileContent: Data
        public let indicatorResults: [IndicatorResult]
        public let comparedEvents: [String]
    }

    public struct IndicatorResult: Codable, Sendable {
        public let displayName: String
        public let keySli: Bool
        public let passTargets: [Target]?
        public let score: Double
        public let status: ObjectiveJudgement.Status
        public let value: Value
        public let warningTargets: [Target]?
    }

    public struct Value: Codable, Sendable {
        public let metric: String
        public let value: Double
        public let comparedValue: Double?
        public let success: Bool
        public let message: String
    }

    public struct Target: Codable, Sendable {
        public let criteria: String
        public let targetValue: Double
        public let violated: Bool
    }

    public let project: String
    public let stage: String
    public let service: String
    public let labels: [String: String]
    public let status: Evaluation.Status
    public let result: Verdict
    public let message: String
    public let evaluation: Details
    public let evidence: Evidence

    public init(_ evaluation: Evaluation) {
        let evidence = evaluation.evidence
        project = evidence.lane.project
        stage = evidence.lane.stage
        service = evidence.lane.service
        labels = evidence.labels
        status = evaluation.status
        result = evaluation.verdict
        message = evaluation.reason
        self.evaluation = Details(
            timeStart: evidence.window.start,
            timeEnd: evidence.window.end,
            result: evaluation.verdict,
            score: evaluation.score,
            sloFileContent: Data(evidence.slo.text.utf8),
            indicatorResults: evaluation.results.map { IndicatorResult(evaluation, $0.objective, $0.judgement) },
            comparedEvents: evidence.baselines.compactMap(\.id)
        )
        self.evidence = evidence
    }
}

extension EvaluationFinished.IndicatorResult {
    fileprivate init(_ evaluation: Evaluation, _ objective: Objective, _ judgement: ObjectiveJudgement) {
        let measured = evaluation.observation(of: objective)?.value
        displayName = objective.displayName
        keySli = objective.isKey
        passTargets = EvaluationFinished.Target.all(objective.pass, judgement.pass)
        score = judgement.score
        status = judgement.status
        value = .init(
            metric: objective.sli,
            value: measured ?? 0,
            comparedValue: judgement.comparedValue,
            success: measured != nil,
            message: evaluation.message(on: objective, judgement)
        )
        warningTargets = EvaluationFinished.Target.all(objective.warning, judgement.warning)
    }
}

extension EvaluationFinished.Target {
    /// Criteria with what became of them; nil where nothing was judged.
    static func all(_ groups: [CriteriaGroup], _ targets: [ObjectiveJudgement.Target]?) -> [Self]? {
        targets.map { targets in
            zip(groups.criteria, targets).map {
                Self(criteria: $0.text, targetValue: $1.value, violated: $1.isViolated)
            }
        }
    }
}
