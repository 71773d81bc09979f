import Events

/// A sequence that was triggered in a lane, from its place in the queue to its end.
///
/// It is what the events of its lane add up to; nothing else is remembered.
public struct Run: Sendable, Equatable {
    public enum Phase: String, Sendable {
        /// Until the lane is free; also after having waited for a person.
        case queued
        /// It has the lane.
        case running
        /// For a person; meanwhile another sequence may have the lane.
        case waiting
        case ended
    }

    /// The id of the event that triggered it.
    public let id: String
    /// Who sent that event: only together with it the id is one of a kind.
    public let source: String
    public let context: String
    public let lane: Lane
    public let sequence: String
    public let triggeredAt: Timestamp
    public internal(set) var phase = Phase.queued
    public internal(set) var isPaused = false
    /// The version of the shipyard that it started with; nil until then, empty where there was none.
    public internal(set) var shipyard: String?
    public internal(set) var startedAt: Timestamp?
    public internal(set) var endedAt: Timestamp?
    /// Everything that was triggered for it, in that order.
    public internal(set) var tasks: [TaskRun] = []
    /// What it was triggered with, and every task's result laid over it; empty once it has ended.
    public internal(set) var payload: JSON
    /// The trace that it was triggered in: everything that follows is part of it.
    public internal(set) var traceParent: String?
    /// What it has come to so far, or at last.
    public internal(set) var outcome: Outcome?

    /// What it has brought there, once it has ended well and was judged: what a rollback goes back to.
    public internal(set) var release: JSON?

    /// How often it left the queue.
    var dequeued = 0
    /// The step that is under way or next.
    var step = 0
    var stepSince: Timestamp
    var isAborted = false
    /// Whether the problem that it is about is no more.
    public internal(set) var isResolved = false
    /// The score of the evaluation before it, where it goes on with a remediation.
    var scoreBefore: Double?
    var hasTimedOut = false
    /// Whether a task failed whose failure is the sequence's.
    var hasFailed = false
    /// What it consists of; known once it has started, and no part of what is kept: the shipyard says it.
    var definition: Shipyard.Sequence?

    init(
        id: String,
        source: String,
        context: String,
        lane: Lane,
        sequence: String,
        at time: Timestamp,
        payload: JSON
    ) {
        self.id = id
        self.source = source
        self.context = context
        self.lane = lane
        self.sequence = sequence
        triggeredAt = time
        stepSince = time
        self.payload = payload
    }

    /// What a list shows: the contract's states.
    public enum State: String, Sendable, CaseIterable {
        case queued, running, waiting, paused, succeeded, failed, errored, aborted, timedOut = "timed_out"

        public var isOpen: Bool { [.queued, .running, .waiting, .paused].contains(self) }
    }

    public var state: State {
        switch phase {
        case _ where phase != .ended && isPaused: return .paused
        case .queued: return .queued
        case .running: return .running
        case .waiting: return .waiting
        case .ended:
            if isAborted || outcome?.status == .aborted { return .aborted }
            if hasTimedOut { return .timedOut }
            if outcome?.status != .succeeded { return .errored }
            return outcome?.result == .fail ? .failed : .succeeded
        }
    }

    public var isOpen: Bool { phase != .ended }

    /// The tasks of it that wait for a person.
    public var approvals: [TaskRun] {
        guard isOpen else { return [] }
        return tasks.filter { $0.isOpen && $0.name == Sequencer.approval && !$0.executors.isEmpty }
    }

    /// The id of something that follows from it.
    func derivedID(_ name: String) -> String { DerivedID.make(name, from: source + "\n" + id) }

    /// Whether no other sequence may start in the lane: it runs, or it was stopped on the way.
    var holdsLane: Bool { phase == .running }

    /// The last attempt at a task of the step.
    func last(_ task: Shipyard.Task, in step: Int) -> TaskRun? {
        tasks.last { $0.step == step && $0.name == task.name }
    }
}
