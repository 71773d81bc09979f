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

    /// Whether a remediation may set off the sequences that its shipyard says: not where it was held back, nothing is
    /// left to be done, or it made things worse.
    var goesOn: Bool {
        guard sequence == Sequencer.remediation else { return true }
        return startedAt != nil && !isResolved && choice["usedUp"] != true && !hasMadeWorse
    }

    /// The score is lower after this action than after the one before.
    var hasMadeWorse: Bool {
        guard let before = scoreBefore, outcome?.result == .fail, let now = payload["evaluation"]?["score"]?.number
        else {
            return false
        }
        return now < before
    }

    /// What a remediation's end sets off beside what its shipyard says.
    func aftermath(_ outcome: Outcome, at time: Timestamp) -> [Event] {
        switch sequence {
        case Sequencer.remediation where startedAt != nil || isResolved:
            if isResolved { return undoing(at: time) }
            guard outcome.result == .fail, outcome.status != .aborted else { return [] }
            if hasMadeWorse {
                return undoing(at: time)
                    + escalation("the last action made it worse; what can be undone is undone", at: time)
            }
            guard choice["usedUp"] == true else { return [] }
            return escalation(outcome.message, at: time)
        case Sequencer.undo where outcome.result != .fail && hasMoreToUndo:
            return [follower(Sequencer.undo, id: derivedID("next undo"), payload: payload, at: time)]
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

    private func escalation(_ reason: String, at time: Timestamp) -> [Event] {
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
