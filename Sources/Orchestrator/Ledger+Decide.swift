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
        return receipt
    }

    /// Decides in a lane until nothing more follows. What concerns other lanes is taken in there.
    func decide(in lane: Lane) throws {
        var others: [Event] = []
        let start = DefaultTracerClock.now
        var events = try state(of: lane).decide(at: now, shipyards: documents)
        if let first = events.first {
            let span = startSpan("decide", context: ServiceContext(traceParent: first.traceParent), at: start)
            span.attributes["tidegate.decided"] = first.type
            span.end()
        }
        while !events.isEmpty {
            for event in events {
                if event.lane == lane {
                    // The state says that this has not happened yet. Where the log knows its id all the same, somebody used
                    // the id of a sequence again: then nothing of it is kept.
                    let isDuplicate = try record(event).isDuplicate
                    guard !isDuplicate else { throw DecidedBefore(type: event.type, id: event.id) }
                    for answer in ApprovalTask.answer(event, at: now) { _ = try record(answer) }
                } else {
                    others.append(event)
                }
            }
            events = try state(of: lane).decide(at: now, shipyards: documents)
        }
        for event in others { _ = try take(event) }
    }
}
