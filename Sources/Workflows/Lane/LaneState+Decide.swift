import Documents
import Events

extension LaneState {
    /// What follows now from the state: the next events, or none until another event comes or ``nextDue`` is past.
    ///
    /// Ids are derived from their causes. The events have to be kept and those of this lane be applied before it is
    /// asked again; those of other lanes are for their states.
    public func decide(at now: Timestamp, rules: some Rules) -> [Event] {
        for run in runs where run.isOpen {
            let events = decide(run, at: now, rules: rules)
            if !events.isEmpty { return events }
        }
        guard !runs.contains(where: \.holdsLane),
            let next = runs.first(where: { $0.phase == .queued && !$0.isPaused }),
            let sha256 = next.shipyard ?? rules.definition(of: next)?.sha256
        else { return [] }
        let id = next.derivedID("dequeued \(next.dequeued)")
        return [next.event(EventKind.dequeuedType, id: id, at: now, data: ["shipyard": .text(sha256)])]
    }

    private func decide(_ run: Run, at now: Timestamp, rules: some Rules) -> [Event] {
        if run.isAborted {
            return [run.finished(Outcome(status: .aborted, result: .fail, message: "aborted"), at: now)]
        }
        if run.isResolved, !run.tasks.contains(where: \.isOpen) {
            return finish(
                run,
                Outcome(status: .succeeded, result: .pass, message: "the problem has resolved"),
                at: now,
                rules
            )
        }
        if run.phase == .queued, run.shipyard == nil {
            if let reason = hold(run, at: now, rules: rules) {
                let outcome = Outcome(status: .aborted, result: .fail, message: "held back: \(reason)")
                // Where a problem was begun with, somebody has to know that it is not gone on with.
                return [run.finished(outcome, at: now)] + (isRound(run) ? run.escalation(outcome.message, at: now) : [])
            }
            guard rules.definition(of: run) == nil else { return [] }
            return finish(
                run,
                Outcome(status: .errored, result: .fail, message: unknown(run, rules)),
                at: now,
                rules
            )
        }
        let freeze = rules.freeze(of: lane.project).map { "remediations are frozen: \($0)" }
        for task in run.tasks where task.isOpen {
            if let freeze, task.name == Sequencer.action { return [run.ended(task, .aborted, freeze, at: now)] }
            guard let deadline = run.deadline(of: task), deadline.time <= now else { continue }
            return [run.ended(task, .errored, deadline.message, at: now)]
        }
        guard run.phase == .running, !run.isPaused else { return [] }
        guard let definition = run.definition else {
            let message = "the shipyard that this sequence started with is gone"
            return [run.finished(Outcome(status: .errored, result: .fail, message: message), at: now)]
        }
        guard let step = run.nextStep else {
            return finish(run, run.outcome ?? Outcome(status: .succeeded, result: .pass), at: now, rules)
        }
        let due = definition.steps[step].tasks.filter { task in run.due(task, in: step).map { $0 <= now } ?? false }
        if let freeze, due.contains(where: { $0.name == Sequencer.action }) {
            return finish(run, Outcome(status: .aborted, result: .fail, message: freeze), at: now, rules)
        }
        return due.map { run.triggered($0, in: step, at: now, released: released) }
    }

    /// The end of a sequence, and what it sets off.
    private func finish(_ run: Run, _ outcome: Outcome, at now: Timestamp, _ rules: some Rules) -> [Event] {
        let shipyard = run.shipyard.flatMap { rules.version($0) } ?? rules.current(of: lane.project)?.shipyard
        let isRemediation = run.sequence == Sequencer.remediation
        let followers = run.followers(outcome, in: shipyard, at: now).filter { event in
            !isRemediation || run.goesOn || !event.isRemediation
        }
        let continues = followers.contains { $0.isRemediation && $0.lane == lane }
        return [run.finished(outcome, at: now)] + followers + run.aftermath(outcome, continues: continues, at: now)
    }

    private func unknown(_ run: Run, _ rules: some Rules) -> String {
        guard let shipyard = rules.current(of: lane.project)?.shipyard else {
            return
                "no shipyard was applied for the project `\(lane.project)`; without one there is only the sequence `evaluation`"
        }
        guard let stage = shipyard.stage(lane.stage) else {
            let hint = lane.stage.suggestion(among: shipyard.stages.map(\.name))
            return "the shipyard has no stage `\(lane.stage)`\(hint)"
        }
        let hint = run.sequence.suggestion(among: stage.sequences.map(\.name) + [Shipyard.evaluation.name])
        return "the stage `\(lane.stage)` has no sequence `\(run.sequence)`\(hint)"
    }
}

extension Event {
    /// Whether it triggers another remediation.
    fileprivate var isRemediation: Bool {
        guard case .sequenceTriggered(_, Sequencer.remediation) = EventKind(type) else { return false }
        return true
    }
}
