import Events
import Synchronization
import Workflows

/// The work that is under way, so that it can be ended when its sequence or its task was.
final class RunningWork: Sendable {
    private struct Entry {
        let assignment: Assignment
        let task: Task<Void, Never>
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Does the work, until it ends or is ended.
    func run(_ assignment: Assignment, _ body: @Sendable @escaping () async -> Void) async {
        let key = "\(assignment.event.id) \(assignment.name)"
        // Taken up twice, it is done once.
        let task = entries.withLock { entries -> Task<Void, Never>? in
            guard entries[key] == nil else { return nil }
            let task = Task { await body() }
            entries[key] = Entry(assignment: assignment, task: task)
            return task
        }
        guard let task else { return }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        entries.withLock { $0[key] = nil }
    }

    /// Ends what an event leaves without a purpose: the work of a sequence that has ended, and of a task that the sequencer
    /// has ended.
    func note(_ event: Event) {
        switch EventKind(event.type) {
        case .sequenceFinished: cancel { $0.event.triggeredID == event.triggeredID }
        case .taskFinished where event.source == Sequencer.source: cancel { $0.event.id == event.triggeredID }
        default: return
        }
    }

    private func cancel(_ isMeant: (Assignment) -> Bool) {
        for entry in entries.withLock({ Array($0.values) }) where isMeant(entry.assignment) { entry.task.cancel() }
    }
}
