import Events

/// Scores a release: Keptn's quality gate, as its lighthouse-service 1.4.5 computes it.
///
/// Where it differs on purpose: two objectives on one indicator are both judged, and ``NoDataPolicy`` says what becomes
/// of an objective without data.
public enum Gate {
    /// Judges values against an SLO.
    ///
    /// - Parameters:
    ///   - slo: What is expected.
    ///   - values: What was measured, each indicator once.
    ///   - earlier: The results to compare with, already chosen by ``Comparison/select(from:by:)``.
    /// - Returns: The verdict, the score, and what became of each objective.
    public static func judge(_ slo: SLO, values: [IndicatorValue], comparedWith earlier: [EarlierResult]) -> Judgement {
        var objectives: [ObjectiveJudgement] = []
        objectives.reserveCapacity(slo.objectives.count)
        // One buffer for all objectives: the gate allocates nothing for a criterion or an earlier value.
        var earlierValues: [Double] = []
        earlierValues.reserveCapacity(earlier.count)
        var points = 0.0
        var maximum = 0.0
        var failedKey = false
        var ignored = false
        for (index, objective) in slo.objectives.enumerated() {
            earlierValues.removeAll(keepingCapacity: true)
            for result in earlier.indices {
                guard let number = earlier[result].values.number(of: objective.sli, near: index) else { continue }
                earlierValues.append(number)
            }
            let compared = slo.comparison.aggregate(&earlierValues)
            let outcome = values.outcome(of: objective.sli, near: index) ?? .noData("no value received")
            let judgement = judge(objective, outcome, compared: compared, count: earlierValues.count)
            objectives.append(judgement)
            guard objective.isJudged else { continue }
            if judgement.status == .info {
                ignored = true
                continue
            }
            points += judgement.score
            maximum += Double(objective.weight)
            failedKey = failedKey || (objective.isKey && judgement.status == .fail)
        }
        let score = maximum == 0 ? 100 : 100 * points / maximum
        let verdict: Verdict =
            if slo.objectives.isEmpty {
                .fail
            } else if maximum == 0 {
                // Nothing was judged: as meant where every objective only informs, but never silently a pass for want of data.
                ignored ? .warning : .pass
            } else if failedKey {
                .fail
            } else if score >= slo.passTarget {
                .pass
            } else if let warningTarget = slo.warningTarget, score >= warningTarget {
                .warning
            } else {
                .fail
            }
        return Judgement(
            verdict: verdict,
            score: slo.objectives.isEmpty ? 0 : score,
            maximum: maximum,
            objectives: objectives
        )
    }

    private static func judge(
        _ objective: Objective,
        _ outcome: IndicatorValue.Outcome,
        compared: Double?,
        count: Int
    ) -> ObjectiveJudgement {
        func judgement(
            _ status: ObjectiveJudgement.Status,
            pass: [ObjectiveJudgement.Target]? = nil,
            warning: [ObjectiveJudgement.Target]? = nil
        ) -> ObjectiveJudgement {
            ObjectiveJudgement(
                status: status,
                score: status.points(of: objective.weight),
                outcome: outcome,
                comparedValue: compared,
                comparedCount: count,
                pass: pass,
                warning: warning
            )
        }
        guard objective.isJudged else { return judgement(.info) }
        switch outcome {
        case .failure: return judgement(.fail)
        case .noData: return judgement(objective.noData.status)
        case .value(let value):
            let (passes, pass) = hold(objective.pass, value, compared)
            let (warns, warning) = hold(objective.warning, value, compared)
            return judgement(passes ? .pass : warns ? .warning : .fail, pass: pass, warning: warning)
        }
    }

    /// Whether one of the groups holds, and what became of every criterion.
    private static func hold(
        _ groups: [CriteriaGroup],
        _ value: Double,
        _ compared: Double?
    ) -> (anyHolds: Bool, targets: [ObjectiveJudgement.Target]) {
        var targets: [ObjectiveJudgement.Target] = []
        targets.reserveCapacity(groups.reduce(0) { $0 + $1.criteria.count })
        var anyHolds = false
        for group in groups {
            var allHold = true
            for criterion in group.criteria {
                // A relative criterion holds where there is nothing to compare with.
                let target = criterion.target(comparedWith: compared)
                let holds = target.map { criterion.holds(value, against: $0) } ?? true
                targets.append(.init(value: target ?? 0, isViolated: !holds))
                allHold = allHold && holds
            }
            anyHolds = anyHolds || allHold
        }
        return (anyHolds, targets)
    }
}

extension ObjectiveJudgement.Status {
    fileprivate func points(of weight: Int) -> Double {
        switch self {
        case .pass: Double(weight)
        case .warning: Double(weight) / 2
        case .fail, .info: 0
        }
    }
}

extension NoDataPolicy {
    fileprivate var status: ObjectiveJudgement.Status {
        switch self {
        case .fail: .fail
        case .warning: .warning
        case .ignore: .info
        }
    }
}
