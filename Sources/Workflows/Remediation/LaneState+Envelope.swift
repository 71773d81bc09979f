import Events

extension LaneState {
    /// Why a remediation may not begin now; nil where it may.
    ///
    /// - Parameters:
    ///   - context: The problem's.
    ///   - id: The sequence's own id, which does not stand in its own way.
    ///   - now: When.
    ///   - rules: How much may be done.
    /// - Returns: The reason, for people.
    public func holdReason(of context: String, id: String = "", at now: Timestamp, rules: some Rules) -> String? {
        if let reason = rules.freeze(of: lane.project) { return "remediations are frozen: \(reason)" }
        // Another round about the same problem.
        let others = remediations.filter { $0.context != context }
        let isNextRound = remediations.count > others.count
        if isNextRound { return nil }
        if let other = runs.first(where: { $0.id != id && $0.isRemediating && $0.context != context }) {
            return "another remediation is under way in this lane (\(other.context))"
        }
        let limits = rules.limits(of: lane.project)
        if let last = others.map(\.ended).max(), now < last + limits.cooldown {
            return
                "this lane is left alone until \(last + limits.cooldown): the last remediation ended at \(last), and `cooldown` is \(limits.cooldown.text)"
        }
        let recent = Set(others.filter { now < $0.started + .seconds(3600) }.map(\.context))
        guard recent.count < limits.perHour else {
            return
                "\(recent.count) \(recent.count == 1 ? "remediation" : "remediations") began in this lane within an hour, and `perHour` is \(limits.perHour)"
        }
        return nil
    }
}

extension LaneState {
    /// Why a sequence may not begin now; nil where it may, and for those that do nothing about a problem.
    func hold(_ run: Run, at now: Timestamp, rules: some Rules) -> String? {
        guard run.sequence == Sequencer.remediation else { return nil }
        return holdReason(of: run.context, id: run.id, at: now, rules: rules)
    }
}

extension Run {
    /// Whether it does something about a problem, or undoes it, and has not ended.
    fileprivate var isRemediating: Bool {
        isOpen && [Sequencer.remediation, Sequencer.undo].contains(sequence) && (startedAt != nil || phase == .queued)
    }
}
