import Events

extension LaneState {
    /// Why a remediation that is asked for may not begin now; nil where it may.
    ///
    /// - Parameters:
    ///   - run: The sequence, where there is one already: neither itself nor what queues behind it stands in its way.
    ///   - now: When.
    ///   - rules: How much may be done.
    /// - Returns: The reason, for people.
    public func holdReason(of run: Run? = nil, at now: Timestamp, rules: some Rules) -> String? {
        if let reason = rules.freeze(of: lane.project) { return "remediations are frozen: \(reason)" }
        if let run, isRound(run) { return nil }
        let place = run.flatMap { run in runs.firstIndex { $0.id == run.id } } ?? runs.endIndex
        let other = runs.enumerated().first { index, other in
            index != place && other.isRemediating && (index < place || other.startedAt != nil)
        }?.element
        if let other { return "another remediation is under way in this lane (\(other.context))" }
        let limits = rules.limits(of: lane.project)
        if let last = remediations.map(\.ended).max(), now < last + limits.cooldown {
            return
                "this lane is left alone until \(last + limits.cooldown): the last remediation ended at \(last), and `cooldown` is \(limits.cooldown.text)"
        }
        let recent = remediations.count { !$0.isRound && now < $0.started + .seconds(3600) }
        guard recent < limits.perHour else {
            return
                "\(recent) \(recent == 1 ? "remediation" : "remediations") began in this lane within an hour, and `perHour` is \(limits.perHour)"
        }
        return nil
    }
}

extension LaneState {
    /// Why a sequence may not begin now; nil where it may, and for those that do nothing about a problem.
    func hold(_ run: Run, at now: Timestamp, rules: some Rules) -> String? {
        guard run.sequence == Sequencer.remediation else { return nil }
        return holdReason(of: run, at: now, rules: rules)
    }

    /// Whether it goes on with a remediation that has ended.
    func isRound(_ run: Run) -> Bool {
        PastRemediation.isRound(source: run.source, context: run.context, after: remediations)
    }
}

extension Run {
    /// Whether it does something about a problem, or undoes it, and has not ended.
    fileprivate var isRemediating: Bool {
        isOpen && [Sequencer.remediation, Sequencer.undo].contains(sequence) && (startedAt != nil || phase == .queued)
    }
}
