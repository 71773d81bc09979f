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
        // By index, here and below: a copy of an objective counts half a dozen references, which costs more than to judge it.
        for index in slo.objectives.indices {
            earlierValues.removeAll(keepingCapacity: true)
            for result in earlier.indices {
                guard let number = earlier[result].values.number(of: slo.objectives[index].sli, near: index) else {
                    continue
                }
                earlierValues.append(number)
            }
            let compared = slo.comparison.aggregate(&earlierValues)
            let outcome =
                values.outcome(of: slo.objectives[index].sli, near: index) ?? .noData("no value received")
            objectives.append(judge(slo.objectives[index], outcome, compared: compared, count: earlierValues.count))
            guard slo.objectives[index].isJudged else { continue }
            let status = objectives[index].status
            if status == .info {
                ignored = true
                continue
            }
            points += objectives[index].score
            maximum += Double(slo.objectives[index].weight)
            failedKey = failedKey || (slo.objectives[index].isKey && status == .fail)
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
        var status = ObjectiveJudgement.Status.info
        var pass: [ObjectiveJudgement.Target]?
        var warning: [ObjectiveJudgement.Target]?
        if objective.isJudged {
            switch outcome {
            case .failure: status = .fail
            case .noData: status = objective.noData.status
            case .value(let value):
                let passes = hold(objective.pass, value, compared, targets: &pass)
                let warns = hold(objective.warning, value, compared, targets: &warning)
                status = passes ? .pass : warns ? .warning : .fail
            }
        }
        return ObjectiveJudgement(
            status: status,
            score: status.points(of: objective.weight),
            outcome: outcome,
            comparedValue: compared,
            comparedCount: count,
            pass: pass,
            warning: warning
        )
    }

    /// Whether one of the groups holds; what became of every criterion goes into `targets`.
    private static func hold(
        _ groups: [CriteriaGroup],
        _ value: Double,
        _ compared: Double?,
        targets: inout [ObjectiveJudgement.Target]?
    ) -> Bool {
        var found: [ObjectiveJudgement.Target] = []
        found.reserveCapacity(groups.indices.reduce(0) { $0 + groups[$1].criteria.count })
        var anyHolds = false
        for group in groups.indices {
            var allHold = true
            for index in groups[group].criteria.indices {
                // A relative criterion holds where there is nothing to compare with.
                let target = groups[group].criteria[index].target(comparedWith: compared)
                let holds = target.map { groups[group].criteria[index].holds(value, against: $0) } ?? true
                found.append(.init(value: target ?? 0, isViolated: !holds))
                allHold = allHold && holds
            }
            anyHolds = anyHolds || allHold
        }
        targets = found
        return anyHolds
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
