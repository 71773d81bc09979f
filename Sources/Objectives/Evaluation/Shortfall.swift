/// By how much an objective missed a full pass, in words.
struct Shortfall {
    /// What follows the objective's name: "is 240, 3.0 times the average of the last 3 passes (80), allowed +10 %".
    let text: String

    /// - Returns: nil where the objective passed, or only informs and has a value.
    init?(objective: Objective, judgement: ObjectiveJudgement, comparison: Comparison) {
        switch judgement.outcome {
        case .noData(let reason):
            text = reason.isEmpty ? "has no data" : "has no data: \(reason)"
        case .failure(let reason):
            text = reason.isEmpty ? "has no value" : "has no value: \(reason)"
        case .value(let value):
            guard judgement.status == .fail || judgement.status == .warning,
                let decisive = Self.decisive(objective, judgement)
            else { return nil }
            let baseline = comparison.title(count: judgement.comparedCount)
            text = Self.text(value, decisive, compared: judgement.comparedValue, baseline: baseline)
        }
    }

    /// The first violated criterion of the pass group that came nearest to holding, and its target.
    private static func decisive(
        _ objective: Objective,
        _ judgement: ObjectiveJudgement
    ) -> (criterion: Criterion, target: Double)? {
        var remaining = (judgement.pass ?? [])[...]
        var best: [(criterion: Criterion, target: Double)] = []
        for group in objective.pass {
            let violated = zip(group.criteria, remaining).filter(\.1.isViolated).map { ($0, $1.value) }
            remaining = remaining.dropFirst(group.criteria.count)
            if best.isEmpty || violated.count < best.count { best = violated }
        }
        return best.first
    }

    private static func text(
        _ value: Double,
        _ missed: (criterion: Criterion, target: Double),
        compared: Double?,
        baseline: String
    ) -> String {
        let found = "is \(value.short)"
        switch (missed.criterion.bound, compared) {
        case (.fixed, _), (_, nil):
            return "\(found), \(distance(value, from: missed.target, missed.criterion.relation))"
        case (.offset(let allowed), .some(let compared)):
            let side = value < compared ? "below" : "above"
            return
                "\(found), \(abs(value - compared).short) \(side) \(baseline) (\(compared.short)), allowed \(signed(allowed))"
        case (.percent(let allowed), .some(let compared)):
            guard compared != 0 else { return "\(found), and \(baseline) is 0, of which any percentage is 0" }
            let ratio = value / compared
            let change = (value - compared) / abs(compared) * 100
            // With as many digits as it takes to tell it from what was allowed.
            let percent = change.shortRatio == allowed.shortRatio ? String(abs(change)) : abs(change).shortRatio
            let difference =
                if ratio >= 2 {
                    "\(ratio.shortRatio) times"
                } else {
                    "\(percent) % \(change < 0 ? "below" : "above")"
                }
            return "\(found), \(difference) \(baseline) (\(compared.short)), allowed \(signed(allowed)) %"
        }
    }

    private static func distance(_ value: Double, from target: Double, _ relation: Criterion.Relation) -> String {
        let limit = "\(relation.rawValue)\(target.short)"
        let difference = abs(value - target)
        guard difference > 0 else { return "allowed \(limit)" }
        return switch relation {
        case .less, .lessOrEqual: "\(difference.short) over the limit \(limit)"
        case .greater, .greaterOrEqual: "\(difference.short) under the limit \(limit)"
        case .equal: "\(difference.short) off the required \(limit)"
        }
    }

    private static func signed(_ number: Double) -> String { number < 0 ? number.short : "+\(number.short)" }
}

extension Comparison {
    /// What a value was compared with: "the last pass", "the average of the last 3 results".
    fileprivate func title(count: Int) -> String {
        let one = count == 1
        let results =
            switch inclusion {
            case .pass: one ? "pass" : "passes"
            case .passOrWarning: one ? "pass or warning" : "passes and warnings"
            case .all: one ? "result" : "results"
            }
        return one ? "the last \(results)" : "\(aggregate.title) of the last \(count) \(results)"
    }
}
