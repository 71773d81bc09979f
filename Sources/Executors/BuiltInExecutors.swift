import Events
import Journal
import Workflows

/// The tasks that Tidegate carries out itself, beside what it decides at once.
public struct BuiltInExecutors: Sendable {
    private let evaluation: EvaluationTask

    public init(journal: Journal, environment: [String: String]) {
        evaluation = EvaluationTask(journal: journal, environment: environment)
    }

    /// Whether an event asks for one of them.
    public static func carriesOut(_ event: Event) -> Bool {
        event.source == Sequencer.source && EventKind(event.type) == .taskTriggered(Sequencer.evaluation)
    }

    /// Whether a task that is open has to be begun again after a restart.
    public static func mustResume(_ task: TaskRun) -> Bool { task.name == Sequencer.evaluation }

    /// Carries a task out.
    ///
    /// - Parameters:
    ///   - event: The task's triggered event.
    ///   - started: Told that it has begun, where that takes a while.
    /// - Returns: What is to be kept then. Ids are derived from the task's, so that a second time is the same.
    public func answer(_ event: Event, started: @Sendable (Event) async -> Void) async -> [Event] {
        let begun = event.answer("started", at: .now, data: .emptyObject)
        await started(begun)
        // Once more: where it could not be kept then, what follows would be an end without a beginning.
        return [begun, await evaluation(event)]
    }
}
