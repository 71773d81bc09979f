import Documents

/// What reports show of an objective, in words.
public struct ObjectiveRow {
    public let title: String
    public let status: ObjectiveJudgement.Status
    public let value: String
    /// Against the baseline; empty where there is none.
    public let change: String
    /// The pass criteria, with what relative ones came to.
    public let target: String
    public let points: String
    public let message: String

    public init(_ evaluation: Evaluation, _ objective: Objective, _ judgement: ObjectiveJudgement) {
        title = objective.title.abbreviated + (objective.isKey ? " (key)" : "")
        status = judgement.status
        message = evaluation.message(on: objective, judgement).printable
        if case .value(let number) = judgement.outcome {
            value = number.short
            change = judgement.comparedValue.map { Self.change(from: $0, to: number) } ?? ""
        } else {
            value = "-"
            change = ""
        }
        target = Self.target(objective, judgement)
        points = judgement.status == .info ? "-" : "\(judgement.score.short)/\(objective.weight)"
    }

    private static func change(from earlier: Double, to value: Double) -> String {
        guard value != earlier else { return "=" }
        guard earlier != 0 else { return "from 0" }
        let ratio = value / earlier
        guard ratio.isFinite, (value - earlier).isFinite else { return "" }
        if ratio >= 10 { return "x\(ratio.shortRatio)" }
        let percent = (value - earlier) / abs(earlier) * 100
        return (percent < 0 ? "" : "+") + percent.shortRatio + " %"
    }

    private static func target(_ objective: Objective, _ judgement: ObjectiveJudgement) -> String {
        var results = (judgement.pass ?? [])[...]
        let groups = objective.pass.map { group in
            let texts = group.criteria.map { criterion in
                let text = criterion.text.filter { $0 != " " }.abbreviated
                guard let result = results.popFirst(), criterion.isRelative, judgement.comparedValue != nil else {
                    return text
                }
                return "\(text) (\(result.value.short))"
            }
            return texts.joined(separator: " and ")
        }
        return groups.isEmpty ? "" : groups.joined(separator: ", or ")
    }
}
