import Events

/// What was last judged well in a lane: known from the journal, so that a rollback need not guess.
public struct Release: Sendable, Equatable {
    /// The run that brought it there.
    public let context: String
    /// What that was triggered with, and what its tasks said of it.
    public let data: JSON

    public init(context: String, data: JSON) {
        self.context = context
        self.data = data
    }

    var json: JSON { ["context": .text(context), "release": data] }
}

extension Run {
    /// What is of a release, and not of one way to bring it there.
    private static let transient = [
        "project", "stage", "service", "status", "result", "message", "evaluation", "approval", "test", "rollback",
        "problem", Sequencer.getAction, Sequencer.action, "escalation",
    ]

    /// What it has brought there.
    ///
    /// - Parameter outcome: How it ended.
    /// - Returns: nil where it did not end well, or nobody judged it.
    func release(_ outcome: Outcome) -> JSON? {
        let isJudged = tasks.contains { $0.name == Sequencer.evaluation && !$0.isOpen && !$0.isFailure }
        // To judge what is there brings nothing there.
        let isDelivery = ![Sequencer.evaluation, Sequencer.remediation, Sequencer.undo, Sequencer.escalation]
            .contains(sequence)
        guard isJudged, isDelivery, !outcome.isFailure, var members = payload.object else { return nil }
        // What a rollback has brought back is what it went back to.
        if let back = members["rollback"]?["release"] { return back }
        for name in Self.transient { members[name] = nil }
        return members.isEmpty ? nil : .object(members)
    }
}
