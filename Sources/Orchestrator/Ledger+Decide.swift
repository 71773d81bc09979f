import Events
import Executors
import Journal
import Tracing
import Workflows

/// A decision whose id stands in the log already.
struct DecidedBefore: Error, CustomStringConvertible {
    let type: String
    let id: String

    var description: String { "\(type) with the id \(id) is in the log already" }
}

extension Ledger {
    /// Takes an event in, with everything that follows from it at once, in this and in other lanes.
    ///
    /// - Returns: What became of the event itself.
    /// - Throws: `DatabaseError`, where something can't be written.
    func take(_ event: Event) throws -> Receipt {
        let receipt = try record(event)
        guard !receipt.isDuplicate, let lane = event.lane else { return receipt }
        try decide(in: lane)
        if receipt.ignored == nil { try undoWhatResolved(event, in: lane) }
        return receipt
    }

    /// A problem that is no more is told of by its own event, or as Keptn does: by that of its beginning.
    private func undoWhatResolved(_ event: Event, in lane: Lane) throws {
        switch EventKind(event.type) {
        case .problemResolved: try undo(event.context, in: lane)
        case .sequenceTriggered(_, Sequencer.remediation):
            guard let problem = Problem(event.data), problem.isClosed else { return }
            try undo(event.context, in: lane)
            for context in try contexts(ofProblem: problem.id, in: lane).prefix(1) where context != event.context {
                try undo(context, in: lane)
            }
        default: return
        }
    }

    /// Undoes what was done about a problem whose remediation has ended, once.
    private func undo(_ context: String, in lane: Lane) throws {
        guard let finished = try lastRemediation(of: context, in: lane),
            let undoing = Run.undoing(after: finished, at: now)
        else { return }
        _ = try take(undoing)
    }

    /// What Tidegate answers by itself, in the transaction in which it is asked: it is nothing but a decision.
    private func answers(to event: Event) -> [Event] {
        ApprovalTask.answer(event, at: now) + GetActionTask.answer(event, rules: documents, at: now)
            + DryRun.answer(event, limits: documents.limits(of: event.lane?.project ?? ""), at: now)
            // Who has begun is a fact from the first: what comes to nothing in between is begun again.
            + documents.assignments(for: event).map { $0.answer("started", at: now, data: .emptyObject) }
    }

    /// Decides in a lane, and in those that are concerned by that, until nothing more follows.
    ///
    /// - Throws: ``EndlessDecisions`` where that does not come to an end: then nothing of it is kept.
    func decide(in lane: Lane) throws {
        var lanes = [lane]
        var count = 0
        while let lane = lanes.popLast() {
            let start = DefaultTracerClock.now
            var events = try state(of: lane).decide(at: now, rules: documents)
            if let first = events.first { Self.trace(first, since: start) }
            var others: [Event] = []
            while !events.isEmpty {
                count += events.count
                guard count <= EndlessDecisions.limit else { throw EndlessDecisions(lane: lane) }
                for event in events {
                    guard event.lane == lane else {
                        others.append(event)
                        continue
                    }
                    // The state says that this has not happened yet. Where the log knows its id all the same, somebody used
                    // the id of a sequence again: then nothing of it is kept.
                    let isDuplicate = try record(event).isDuplicate
                    guard !isDuplicate else { throw DecidedBefore(type: event.type, id: event.id) }
                    for answer in answers(to: event) { _ = try record(answer) }
                }
                events = try state(of: lane).decide(at: now, rules: documents)
            }
            for event in others {
                guard let lane = event.lane, try !record(event).isDuplicate else { continue }
                lanes.append(lane)
            }
        }
    }

    private static func trace(_ decided: Event, since start: some TracerInstant) {
        let span = startSpan("decide", context: ServiceContext(traceParent: decided.traceParent), at: start)
        span.attributes["tidegate.decided"] = decided.type
        span.end()
    }
}

/// Decisions that lead to more decisions without end: sequences that set each other off, with nobody doing anything.
struct EndlessDecisions: Error, CustomStringConvertible {
    /// More than any delivery has.
    static let limit = 2_000

    let lane: Lane

    var description: String {
        "the sequences of \(lane.project)/\(lane.stage)/\(lane.service) set each other off without end"
    }
}
