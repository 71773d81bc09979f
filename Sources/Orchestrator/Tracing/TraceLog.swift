import Events
import Journal
import Synchronization
import Tracing
import Workflows

/// Makes spans of what was kept: of each commit, and of sequences and tasks from their being triggered to their end.
///
/// They are made of the log after the fact, so that what is told of a sequence is what was kept of it.
final class TraceLog: Sendable {
    private static let atMost = 10_000

    private struct Open {
        let span: any Span
        /// The sequence that it belongs to.
        let run: String
        /// Executors that have begun and not ended.
        var executors = 0
    }

    /// What has not ended, by the id of the event that triggered it.
    private let open = Mutex<[String: Open]>([:])

    func note(_ recorded: [Recorded], from start: some TracerInstant) {
        let commit = startSpan("commit", context: .topLevel, at: start)
        commit.attributes["tidegate.events"] = recorded.count
        commit.end()
        for item in recorded where item.ignored == nil { note(item.event) }
    }

    private func note(_ event: Event) {
        switch EventKind(event.type) {
        case .sequenceTriggered(let stage, let sequence): begin("sequence \(stage).\(sequence)", event)
        case .taskTriggered(let task) where event.source == Sequencer.source: begin("task \(task)", event)
        case .taskStarted: open.withLock { $0[event.triggeredID ?? ""]?.executors += 1 }
        case .taskFinished:
            let isOver = open.withLock { open -> Bool in
                open[event.triggeredID ?? ""]?.executors -= 1
                return (open[event.triggeredID ?? ""]?.executors ?? 0) <= 0
            }
            if isOver || event.source == Sequencer.source { end(event) }
        case .sequenceFinished:
            end(event)
            // Tasks that nobody ends any more.
            let left = open.withLock { open in
                let left = open.filter { $0.value.run == event.triggeredID }
                for id in left.keys { open[id] = nil }
                return left
            }
            for item in left.values { item.span.end() }
        default: return
        }
    }

    private func begin(_ name: String, _ event: Event) {
        let span = startSpan(name, context: ServiceContext(traceParent: event.traceParent))
        span.attributes["tidegate.context"] = event.context
        span.attributes["tidegate.project"] = event.lane?.project
        span.attributes["tidegate.stage"] = event.lane?.stage
        span.attributes["tidegate.service"] = event.lane?.service
        open.withLock { open in
            if open.count < Self.atMost { open[event.id] = Open(span: span, run: event.triggeredID ?? "") }
        }
    }

    private func end(_ event: Event) {
        guard let id = event.triggeredID, let span = open.withLock({ $0.removeValue(forKey: id)?.span }) else { return }
        let outcome = event.data
        span.attributes["tidegate.result"] = outcome["result"]?.text
        if outcome["result"] == "fail" || outcome["status"] == "errored" {
            span.setStatus(.init(code: .error, message: outcome["message"]?.text))
        }
        span.end()
    }
}
