import Events

/// Where a project says so, everything is done about a problem but the actions.
public enum DryRun {
    /// - Parameters:
    ///   - event: A task's triggered event.
    ///   - limits: What the project says.
    ///   - time: When it is answered.
    /// - Returns: That the action was not carried out; nothing where it is to be.
    public static func answer(_ event: Event, limits: RemediationLimits, at time: Timestamp) -> [Event] {
        guard limits.dryRun, event.source == Sequencer.source,
            EventKind(event.type) == .taskTriggered(Sequencer.action)
        else { return [] }
        let action = event.data[Sequencer.action]
        let name = action?["name"]?.text ?? ""
        let data: JSON = [
            "status": "succeeded", "result": "pass", "message": .text("dry run: `\(name)` was not carried out"),
            Sequencer.action: ["dryRun": true],
        ]
        return [event.answer("started", at: time, data: .emptyObject), event.answer("finished", at: time, data: data)]
    }
}
