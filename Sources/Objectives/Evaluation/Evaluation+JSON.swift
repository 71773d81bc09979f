import Events
import Foundation

/// The JSON form, `tidegate.dev/v1`: a contract that scripts rely on.
extension Evaluation: Encodable {
    private enum Keys: String, CodingKey {
        case apiVersion, kind, id, result, status, score, passTarget, warningTarget, window, project, stage, service
        case labels, slo, comparedWith, objectives, reason, warnings
    }

    private struct DocumentName: Encodable {
        let path: String
        let sha256: String
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode("tidegate.dev/v1", forKey: .apiVersion)
        try container.encode("Evaluation", forKey: .kind)
        try container.encode(evidence.id, forKey: .id)
        try container.encode(verdict, forKey: .result)
        try container.encode(status, forKey: .status)
        try container.encode(score, forKey: .score)
        try container.encode(slo.passTarget, forKey: .passTarget)
        try container.encode(slo.warningTarget, forKey: .warningTarget)
        try container.encode(evidence.window, forKey: .window)
        try container.encode(evidence.lane.project, forKey: .project)
        try container.encode(evidence.lane.stage, forKey: .stage)
        try container.encode(evidence.lane.service, forKey: .service)
        try container.encode(evidence.labels, forKey: .labels)
        try container.encode(DocumentName(path: evidence.slo.path, sha256: evidence.slo.sha256), forKey: .slo)
        try container.encode(evidence.baselines.compactMap(\.id), forKey: .comparedWith)
        try container.encode(results.map { ObjectiveResult(self, $0.objective, $0.judgement) }, forKey: .objectives)
        try container.encode(reason, forKey: .reason)
        try container.encode(warnings, forKey: .warnings)
    }

    /// What providers said beside their answers, each once.
    public var warnings: [String] {
        var seen = Set<String>()
        return evidence.observations.flatMap(\.warnings).filter { seen.insert($0).inserted }
    }

    /// The same bytes for the same evidence: keys sorted, numbers as the shortest text that reads back as the same
    /// double, and a line feed at the end.
    public var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return try encoder.encode(self) + Data("\n".utf8)
        }
    }
}

/// An objective in the JSON form.
private struct ObjectiveResult: Encodable {
    private enum Keys: String, CodingKey {
        case sli, displayName, status, score, weight, key, value, success, message, query, provider, comparedValue
        case pass, warning, exemplars
    }

    let objective: Objective
    let judgement: ObjectiveJudgement
    let observation: Observation?
    let message: String
    let exemplars: [Exemplar]

    init(_ evaluation: Evaluation, _ objective: Objective, _ judgement: ObjectiveJudgement) {
        self.objective = objective
        self.judgement = judgement
        observation = evaluation.observation(of: objective)
        message = evaluation.message(on: objective, judgement)
        exemplars = evaluation.exemplars(of: objective, judgement)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(objective.sli, forKey: .sli)
        try container.encode(objective.displayName, forKey: .displayName)
        try container.encode(judgement.status, forKey: .status)
        try container.encode(judgement.score, forKey: .score)
        try container.encode(objective.weight, forKey: .weight)
        try container.encode(objective.isKey, forKey: .key)
        try container.encode(observation?.value, forKey: .value)
        try container.encode(observation?.value != nil, forKey: .success)
        try container.encode(message, forKey: .message)
        try container.encode(observation?.query, forKey: .query)
        try container.encode(observation?.provider, forKey: .provider)
        try container.encode(judgement.comparedValue, forKey: .comparedValue)
        try container.encode(EvaluationFinished.Target.all(objective.pass, judgement.pass), forKey: .pass)
        try container.encode(EvaluationFinished.Target.all(objective.warning, judgement.warning), forKey: .warning)
        if !exemplars.isEmpty { try container.encode(exemplars, forKey: .exemplars) }
    }
}

extension Evaluation {
    /// Traces of what an objective failed for.
    public func exemplars(of objective: Objective, _ judgement: ObjectiveJudgement) -> [Exemplar] {
        guard judgement.status == .fail || judgement.status == .warning else { return [] }
        return (evidence.exemplars ?? []).filter { $0.metric == objective.sli }
    }

    /// The indicators whose traces are worth asking for: those that were judged, and not well.
    public var failedIndicators: [String] {
        var seen = Set<String>()
        return results.filter { [.fail, .warning].contains($0.judgement.status) }.map(\.objective.sli)
            .filter { seen.insert($0).inserted }
    }
}
