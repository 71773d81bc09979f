import Events

/// What follows from how a remediation ended: another round, undoing, or a person.
extension Run {
    /// The choice that its last `get-action` made, as it stands in the payload.
    private var choice: JSON { payload[Sequencer.getAction] ?? .emptyObject }
    private var hasActed: Bool { choice["actionIndex"] != nil }
    private var canUndo: Bool { (choice["undoes"]?.integer ?? 0) > 0 && choice["undo"] != true }

    private var hasMoreToUndo: Bool {
        (choice["actionIndex"]?.integer ?? 0) + 1 < (choice["actions"]?.integer ?? 0)
    }

    /// Whether a remediation may go on with another round, as its shipyard says: only where this one chose an action, so that
    /// rounds come to an end, and not where the problem is no more or the action made it worse.
    var goesOn: Bool {
        let hasChosen = tasks.contains { $0.name == Sequencer.getAction && $0.outcome?.result == .pass }
        return hasChosen && !isResolved && !hasMadeWorse
    }

    /// The score is lower after this action than after the one before.
    var hasMadeWorse: Bool {
        guard let before = scoreBefore, outcome?.result == .fail, let now = payload["evaluation"]?["score"]?.number
        else {
            return false
        }
        return now < before
    }

    /// What a remediation's end sets off beside what its shipyard says: no problem is left alone without a person knowing.
    ///
    /// - Parameters:
    ///   - outcome: How it ended.
    ///   - continues: Whether another round follows.
    ///   - time: Now.
    /// - Returns: What is triggered.
    func aftermath(_ outcome: Outcome, continues: Bool, at time: Timestamp) -> [Event] {
        switch sequence {
        case Sequencer.remediation where startedAt != nil || isResolved:
            if isResolved { return undoing(at: time) }
            guard outcome.result == .fail else { return [] }
            if hasMadeWorse {
                return undoing(at: time)
                    + escalation("the last action made it worse; what can be undone is undone", at: time)
            }
            return continues ? [] : escalation(outcome.message, at: time)
        case Sequencer.undo where outcome.result != .fail && hasMoreToUndo:
            return [follower(Sequencer.undo, id: derivedID("next undo"), payload: payload, at: time)]
        case Sequencer.undo where outcome.result == .fail:
            return escalation("what was done could not be undone: \(outcome.message)", at: time)
        default: return []
        }
    }

    private func undoing(at time: Timestamp) -> [Event] {
        guard hasActed, canUndo else { return [] }
        var payload = payload
        payload[Sequencer.getAction] = ["undo": true]
        payload[Sequencer.action] = nil
        return [follower(Sequencer.undo, id: derivedID(Sequencer.undo), payload: payload, at: time)]
    }

    /// Hands the problem to a person.
    func escalation(_ reason: String, at time: Timestamp) -> [Event] {
        var payload = payload
        payload["escalation"] = ["reason": .text(reason), "remediation": .text(id)]
        return [follower(Sequencer.escalation, id: derivedID(Sequencer.escalation), payload: payload, at: time)]
    }

    private func follower(_ name: String, id: String, payload: JSON, at time: Timestamp) -> Event {
        var payload = payload
        for name in ["message", "status", "result"] { payload[name] = nil }
        return Event(
            type: Event.sequenceTriggeredType(lane.stage, name),
            id: id,
            source: Sequencer.source,
            time: time,
            context: context,
            triggeredID: self.id,
            traceParent: traceParent,
            lane: lane,
            data: payload
        )
    }

    /// The undoing of a problem that resolved after its remediation had ended.
    ///
    /// - Parameters:
    ///   - finished: How its last round ended.
    ///   - time: Now.
    /// - Returns: nil where nothing was done that can be undone.
    public static func undoing(after finished: Event, at time: Timestamp) -> Event? {
        let choice = finished.data[Sequencer.getAction]
        guard let lane = finished.lane, choice?["actionIndex"] != nil, (choice?["undoes"]?.integer ?? 0) > 0 else {
            return nil
        }
        var payload = finished.data
        payload[Sequencer.getAction] = ["undo": true]
        payload[Sequencer.action] = nil
        for name in ["message", "status", "result"] { payload[name] = nil }
        return Event(
            type: Event.sequenceTriggeredType(lane.stage, Sequencer.undo),
            id: DerivedID.make(Sequencer.undo, from: finished.id),
            source: Sequencer.source,
            time: time,
            context: finished.context,
            triggeredID: finished.triggeredID,
            traceParent: finished.traceParent,
            lane: lane,
            data: payload
        )
    }
}
