import Documents

/// Says in one sentence which objectives decided a verdict, and by how much.
struct Reason {
    /// How many objectives are named; the rest is counted.
    private static let named = 3

    let slo: SLO
    let judgement: Judgement
    let evidence: Evidence

    var sentence: String { verdict + notAskedFor }

    private var verdict: String {
        if let failure = evidence.failures.first {
            let others = evidence.failures.count - 1
            return "could not be evaluated: \(failure)" + (others > 0 ? " (and \(others) more)" : "")
        }
        guard !slo.objectives.isEmpty else { return "failed: the SLO has no objectives" }
        guard judgement.maximum > 0 else { return nothingJudged }
        let keys = shortfalls { $0.isKey && $1.status == .fail }
        let all = shortfalls { $0.isJudged && ($1.status == .fail || $1.status == .warning) }
        let others = all.filter { !keys.contains($0) }
        let score = "\(judgement.score.short) %"
        switch judgement.verdict {
        case .pass:
            let judged = judgement.objectives.count { $0.status != .info }
            let hold = judged == 1 ? "its objective holds" : "all \(judged) objectives hold"
            let but = all.isEmpty ? ": \(hold)" : ", although " + list(all)
            return "passed with \(score), \(slo.passTarget.short) % needed\(but)"
        case .warning:
            return "passed with a warning, \(score) of the \(slo.passTarget.short) % needed for a pass: " + list(all)
        case .fail where !keys.isEmpty:
            return "failed, because a key objective failed: " + list(keys)
                + (others.isEmpty ? "" : "; besides: " + list(others))
        case .fail:
            let needed = min(slo.passTarget, slo.warningTarget ?? slo.passTarget)
            return "failed with \(score), \(needed.short) % needed: " + list(all)
        }
    }

    private var nothingJudged: String {
        judgement.verdict == .warning
            ? "passed with a warning: nothing was judged, because no objective that counts has data and `no_data` is `ignore`"
            : "passed: nothing was judged, because no objective has pass criteria"
    }

    /// Indicators that nobody asked for.
    private var notAskedFor: String {
        let asked = Set(slo.objectives.map(\.sli))
        let others = evidence.observations.map(\.metric).filter { !asked.contains($0) }
        guard !others.isEmpty else { return "" }
        let names = others.prefix(Self.named).map(\.abbreviated).joined(separator: ", ")
        return "; no objective asks for \(names)"
            + (others.count > Self.named ? " and \(others.count - Self.named) more" : "")
    }

    private func shortfalls(where isMeant: (Objective, ObjectiveJudgement) -> Bool) -> [String] {
        zip(slo.objectives, judgement.objectives).filter { isMeant($0, $1) }.map { objective, judged in
            let shortfall = Shortfall(objective: objective, judgement: judged, comparison: slo.comparison)
            return objective.sli.abbreviated + (shortfall.map { " " + $0.text } ?? "")
        }
    }

    private func list(_ items: [String]) -> String {
        let shown = items.prefix(Self.named).joined(separator: "; ")
        return items.count > Self.named ? shown + "; and \(items.count - Self.named) more" : shown
    }
}
