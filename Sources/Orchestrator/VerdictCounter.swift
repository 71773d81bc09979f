import Events
import Journal
import Objectives
import Synchronization
import Workflows

/// Counts the verdicts that were kept since the start, by result.
public final class VerdictCounter: Sendable {
    private let state = Mutex<[Verdict: Int]>([:])

    public var counts: [Verdict: Int] { state.withLock { $0 } }

    func note(_ recorded: [Recorded]) {
        for item in recorded
        where item.event.type == EvaluationFinished.type && Sequencer.isReserved(item.event.source) {
            let result = item.event.data["result"]?.text.flatMap(Verdict.init(rawValue:)) ?? .fail
            state.withLock { $0[result, default: 0] += 1 }
        }
    }
}
