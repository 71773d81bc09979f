import Events

/// The task that chooses what is done about a problem, or what undoes it: action by action, one in each round.
///
/// It does nothing but decide: so it is answered in the transaction that triggers it.
public enum GetActionTask {
    /// - Parameters:
    ///   - event: The task's triggered event.
    ///   - rules: What is done about problems.
    ///   - time: When it is answered.
    /// - Returns: That it has begun, and what it came to; nothing for another task.
    public static func answer(_ event: Event, rules: some Rules, at time: Timestamp) -> [Event] {
        guard event.source == Sequencer.source, let lane = event.lane,
            EventKind(event.type) == .taskTriggered(Sequencer.getAction)
        else { return [] }
        let (outcome, more) = choose(event.data, lane, rules)
        var data = more
        data["status"] = .text(outcome.status.rawValue)
        data["result"] = .text(outcome.result.rawValue)
        data["message"] = .text(outcome.message)
        return [
            event.answer("started", at: time, data: .emptyObject), event.answer("finished", at: time, data: data),
        ]
    }

    private static func choose(_ data: JSON, _ lane: Lane, _ rules: some Rules) -> (Outcome, JSON) {
        guard let problem = Problem(data) else {
            return (failed(.errored, "the event names no problem: `data.problem` is missing"), .emptyObject)
        }
        if let reason = rules.freeze(of: lane.project) {
            return (failed(.errored, "remediations are frozen: \(reason)"), .emptyObject)
        }
        guard let remediation = rules.remediation(in: lane) else {
            let places = "services/\(lane.service)/remediation.yaml"
            return (
                failed(.errored, "no remediation file is applied for `\(lane.service)`: \(places)"), used(0, of: [])
            )
        }
        guard let entry = remediation.entry(for: problem) else {
            return (
                failed(.succeeded, "nothing is said of the problem `\(problem.title)`, nor of `default`"),
                used(0, of: [])
            )
        }
        let isUndo = data[Sequencer.getAction]?["undo"] == true
        let actions = isUndo ? entry.onClose : entry.onOpen
        let index = data[Sequencer.getAction]?["actionIndex"]?.integer.map { $0 + 1 } ?? 0
        guard actions.indices.contains(index) else {
            return (
                failed(.succeeded, usedUpMessage(actions.count, problem)),
                used(index, of: actions)
            )
        }
        let choice: JSON = [
            Sequencer.action: actions[index].json,
            Sequencer.getAction: [
                "actionIndex": .number(Double(index)), "actions": .number(Double(actions.count)),
                "undoes": .number(Double(entry.onClose.count)), "undo": .boolean(isUndo),
            ],
        ]
        let message = "action \(index + 1) of \(actions.count): \(actions[index].name)"
        return (Outcome(status: .succeeded, result: .pass, message: message), choice)
    }

    private static func usedUpMessage(_ count: Int, _ problem: Problem) -> String {
        switch count {
        case 0: "there is no action for `\(problem.title)`"
        case 1: "the only action for `\(problem.title)` is used up"
        default: "all \(count) actions for `\(problem.title)` are used up"
        }
    }

    private static func failed(_ status: Status, _ message: String) -> Outcome {
        Outcome(status: status, result: .fail, message: message)
    }

    private static func used(_ count: Int, of actions: [Remediation.Action]) -> JSON {
        [Sequencer.getAction: ["usedUp": true, "actions": .number(Double(actions.count))]]
    }
}
