import Events
import Executors
import Foundation
import Journal
import Tracing
import Workflows

/// What people and programs ask for by name; each becomes an event that says who asked.
extension Orchestrator {
    /// Why something that was asked for can't be done.
    public enum Refusal: Error, Sendable, Equatable {
        case notFound(String)
        case conflict(String)
    }

    /// Triggers a sequence.
    ///
    /// - Parameters:
    ///   - sequence: Its name in the stage.
    ///   - lane: Where it is to run.
    ///   - context: The run that it belongs to; nil begins one.
    ///   - data: What its tasks are told.
    ///   - actor: Who asks.
    /// - Returns: What became of the event.
    /// - Throws: ``JournalFailure`` where it can't be kept.
    public func trigger(
        _ sequence: String,
        in lane: Lane,
        context: String? = nil,
        data: JSON,
        by actor: String
    ) async throws -> Receipt {
        let names: JSON = [
            "project": .text(lane.project), "stage": .text(lane.stage), "service": .text(lane.service),
        ]
        let event = Event(
            type: "\(Event.keptnPrefix)\(lane.stage).\(sequence).triggered",
            id: Self.newID,
            source: Sequencer.operatorSource,
            time: .now,
            context: context ?? Self.newID,
            traceParent: ServiceContext.traceParent,
            extensions: [("actor", actor)],
            lane: lane,
            data: data.merged(with: names)
        )
        return try await submit([event])[0]
    }

    /// What a sequence can be told on its way.
    public enum Control: String, Sendable, CaseIterable { case pause, resume, abort }

    /// Pauses, resumes or aborts the open sequences of a run.
    ///
    /// - Parameters:
    ///   - control: What to do.
    ///   - filter: The run, and the stage where only one is meant.
    ///   - actor: Who asks.
    /// - Returns: How many sequences were told.
    /// - Throws: ``Refusal`` where none is open, or ``JournalFailure``.
    public func tell(_ control: Control, _ filter: EventFilter, by actor: String) async throws -> Int {
        let open = try journal.sequences(filter, states: Run.State.allCases.filter(\.isOpen), limit: 1000)
        let name = filter.context ?? ""
        guard !open.isEmpty else {
            guard try journal.sequences(filter, limit: 1).isEmpty else {
                throw Refusal.conflict("the sequences of `\(name)` have ended")
            }
            throw Refusal.notFound("there is no sequence with the context `\(name)`")
        }
        let verb = [Control.pause: "paused", .resume: "resumed", .abort: "aborted"][control] ?? ""
        let events = open.map { listed in
            Event(
                type: "dev.tidegate.sequence.\(verb)",
                id: Self.newID,
                source: Sequencer.operatorSource,
                time: .now,
                context: listed.run.context,
                triggeredID: listed.run.id,
                extensions: [("actor", actor)],
                lane: listed.run.lane,
                data: ["actor": .text(actor)]
            )
        }
        let told = try await submit(events).count { $0.ignored == nil }
        guard told > 0 else { throw Refusal.conflict("the sequences of `\(name)` have just ended") }
        return told
    }

    /// Answers an approval.
    ///
    /// - Parameters:
    ///   - id: The approval's: the id of its triggered event.
    ///   - lane: Where it is.
    ///   - result: Pass or fail.
    ///   - message: Why, in the words of the one who answers.
    ///   - actor: Who answers.
    /// - Throws: ``Refusal`` where it does not wait any more, or ``JournalFailure``.
    public func answer(approval id: String, in lane: Lane, _ result: Verdict, message: String, by actor: String)
        async throws
    {
        try await write { ledger in
            guard
                let task = try ledger.state(of: lane).runs.flatMap(\.tasks).first(where: { $0.id == id && $0.isOpen }),
                task.executors.count > task.finished, let context = try ledger.state(of: lane).context(ofTask: id)
            else { throw Refusal.conflict("the approval `\(id)` does not wait for an answer any more") }
            let event = Event(
                type: "\(Event.keptnPrefix)\(Sequencer.approval).finished",
                id: DerivedID.make("answer", from: id),
                source: Sequencer.operatorSource,
                time: .now,
                context: context,
                triggeredID: id,
                extensions: [("actor", actor)],
                lane: lane,
                data: [
                    "project": .text(lane.project), "stage": .text(lane.stage), "service": .text(lane.service),
                    "status": "succeeded", "result": .text(result.rawValue), "message": .text(message),
                    "approval": ["answeredBy": .text(actor)],
                ]
            )
            _ = try ledger.take(event)
        }
    }

    /// Takes an evaluation out of what later ones are compared with.
    public func invalidate(_ evaluation: String, in lane: Lane, context: String, by actor: String) async throws {
        let event = Event(
            type: "\(Event.keptnPrefix)evaluation.invalidated",
            id: DerivedID.make("invalidated", from: evaluation),
            source: Sequencer.operatorSource,
            time: .now,
            context: context,
            triggeredID: evaluation,
            extensions: [("actor", actor)],
            lane: lane,
            data: [
                "project": .text(lane.project), "stage": .text(lane.stage), "service": .text(lane.service),
                "actor": .text(actor),
            ]
        )
        try await submit([event])
    }

    /// Tries a delivery again.
    ///
    /// - Parameters:
    ///   - delivery: Which one.
    ///   - actor: Who asks.
    /// - Throws: ``Refusal`` where it does not wait for that, or ``JournalFailure``.
    public func redeliver(_ delivery: Delivery, by actor: String) async throws {
        let event = Event(
            type: "dev.tidegate.delivery.redelivered",
            id: Self.newID,
            source: Sequencer.operatorSource,
            time: .now,
            context: Self.newID,
            extensions: [("actor", actor)],
            lane: nil,
            data: [
                "actor": .text(actor), "project": .text(delivery.project),
                "subscription": .text(delivery.subscription), "position": .number(Double(delivery.position)),
            ]
        )
        let isDone = try await write { ledger in
            guard try ledger.redeliver(delivery.id) else { return false }
            _ = try ledger.take(event)
            return true
        }
        guard isDone else {
            throw Refusal.conflict("the delivery `\(delivery.id)` waits for its turn: others of its lane come first")
        }
    }

    /// Stops everything that is done about problems, or lets it go on.
    ///
    /// - Parameters:
    ///   - isFrozen: Which of them.
    ///   - project: Only there; nil for all.
    ///   - reason: Why, in the words of the one who does it.
    ///   - actor: Who does it.
    /// - Throws: ``JournalFailure`` where it can't be kept.
    public func freeze(_ isFrozen: Bool, project: String?, reason: String, by actor: String) async throws {
        var data: JSON = ["actor": .text(actor), "reason": .text("\(reason) (\(actor))")]
        data["project"] = project.map { .text($0) }
        let event = Event(
            type: isFrozen ? ProblemEvents.frozenType : ProblemEvents.unfrozenType,
            id: Self.newID,
            source: Sequencer.operatorSource,
            time: .now,
            context: Self.newID,
            extensions: [("actor", actor)],
            lane: nil,
            data: data
        )
        try await write { ledger in
            _ = try ledger.take(event)
            // What is under way is ended with it, so that nothing waits for it.
            if isFrozen { for lane in try ledger.openLanes(of: project) { try ledger.decide(in: lane) } }
        }
    }

    /// Why nothing is done about problems, by project; the empty name stands for all.
    public func freezes() async throws -> [String: String] { try await write { $0.documents.allFreezes } }

    /// A new id.
    public static var newID: String { UUID().uuidString.lowercased() }
}

extension LaneState {
    fileprivate func context(ofTask id: String) -> String? {
        runs.first { $0.tasks.contains { $0.id == id } }?.context
    }
}

extension Orchestrator {
    /// Waits for the sequences of a run to end.
    ///
    /// - Parameters:
    ///   - context: The run.
    ///   - time: How long at most.
    /// - Returns: The one that ended last; nil where one is open still.
    /// - Throws: ``JournalFailure`` where the journal can't be read.
    public func outcome(ofContext context: String, within time: Duration) async throws -> Run? {
        let end = ContinuousClock.now + time
        var filter = EventFilter()
        filter.context = context
        var seen: Int64 = -1
        while true {
            let position = signal.position
            if position != seen {
                seen = position
                let runs = try journal.sequences(filter, limit: 100)
                if let last = runs.first, runs.allSatisfy({ !$0.run.isOpen }) { return last.run }
            }
            guard ContinuousClock.now < end else { return nil }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
