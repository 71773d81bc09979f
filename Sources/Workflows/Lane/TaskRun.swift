import Events

/// A task that was triggered: one attempt at it.
public struct TaskRun: Sendable, Equatable {
    /// The id of the triggered event: what executors name as `triggeredid`, and an action's idempotency key.
    public let id: String
    public let name: String
    /// Which step of the sequence it belongs to, from 0.
    public let step: Int
    /// From 1.
    public let attempt: Int
    public let triggeredAt: Timestamp
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?
    /// Who answered with a started event.
    public var executors: [String] = []
    /// How many of them are done.
    public var finished = 0
    /// What those that are done say together.
    public var outcome: Outcome?
    /// Whether the sequencer ended it, because nobody did in time.
    public var isTimedOut = false

    public var isOpen: Bool { endedAt == nil }
    public var isFailure: Bool { !isOpen && outcome?.isFailure == true }
}
