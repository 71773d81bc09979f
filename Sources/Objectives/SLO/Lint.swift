import Documents

/// Says of an SLO that can be read what is probably not meant.
struct Lint {
    let log: DiagnosticLog

    func check(_ slo: SLO, at position: Position, totalScore: MappingReader?) {
        if slo.objectives.isEmpty {
            log.warning(at: position, "there are no objectives: every evaluation fails")
        }
        if let warning = slo.warningTarget, warning > slo.passTarget, let totalScore {
            let place = totalScore.keyPosition(of: SLO.TotalScoreFields.warning) ?? position
            log.warning(
                at: place,
                "`warning` (\(warning.short)) is above `pass` (\(slo.passTarget.short)): no score is ever only a warning"
            )
        }
        if slo.passTarget > 100, let totalScore {
            let place = totalScore.keyPosition(of: SLO.TotalScoreFields.pass) ?? position
            log.warning(at: place, "no score reaches \(slo.passTarget.short): nothing ever passes")
        }
        var lines: [String: Int] = [:]
        for objective in slo.objectives {
            check(objective)
            guard !objective.sli.isEmpty else { continue }
            if let line = lines[objective.sli] {
                log.warning(
                    at: objective.position,
                    "`\(objective.sli.abbreviated)` is judged by an objective in line \(line) too; both count"
                )
            } else {
                lines[objective.sli] = objective.position.line
            }
        }
    }

    private func check(_ objective: Objective) {
        if !objective.isJudged, !objective.warning.isEmpty {
            log.warning(at: objective.position, "`warning` has no effect without `pass`: the objective only informs")
        }
        guard objective.isJudged else { return }
        let ranges = objective.pass.map { ValueRange(where: $0.criteria) }
        if ranges.allSatisfy({ $0.isEmpty }) {
            log.warning(
                at: objective.position,
                "this objective can never pass: no value holds \(objective.pass.quoted)"
            )
        }
        let fixed = (objective.pass + objective.warning).filter { group in !group.criteria.contains(where: \.isRelative)
        }
        if ValueRange.coverAll(fixed.map { ValueRange(where: $0.criteria) }) {
            log.warning(at: objective.position, "this objective can never fail: every value holds \(fixed.quoted)")
        }
    }
}

extension [CriteriaGroup] {
    fileprivate var quoted: String {
        map { $0.criteria.map { "`\($0.text.abbreviated)`" }.joined(separator: " and ") }.joined(separator: ", or ")
    }
}
