import Events
import Foundation
import GRDB
import Workflows

extension Ledger {
    /// How the last round about a problem ended; nil where there was none, or what it did is being undone already.
    ///
    /// - Parameters:
    ///   - context: The problem's.
    ///   - lane: Where it is.
    /// - Returns: The sequence's finished event.
    /// - Throws: `DatabaseError`, where the journal can't be read.
    public func lastRemediation(of context: String, in lane: Lane) throws -> Event? {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT name, open FROM sequence JOIN lane ON lane.id = sequence.lane
                WHERE context = ? AND project = ? AND stage = ? AND service = ? AND name IN (?, ?)
                """,
            arguments: [context, lane.project, lane.stage, lane.service, Sequencer.remediation, Sequencer.undo]
        )
        guard !rows.isEmpty, rows.allSatisfy({ $0["name"] == Sequencer.remediation && $0["open"] == 0 }),
            !hasOpenRemediation(of: context, in: lane)
        else { return nil }
        let body = try Data.fetchOne(
            db,
            sql: "SELECT body FROM event WHERE context = ? AND type = ? AND source = ? ORDER BY position DESC LIMIT 1",
            arguments: [
                context, "\(Event.keptnPrefix)\(lane.stage).\(Sequencer.remediation).finished", Sequencer.source,
            ]
        )
        let reader = EventReader(.init(time: Timestamp(milliseconds: 0)) { "" })
        return body.flatMap { try? reader.event(Array($0)) }
    }

    /// Whether an event is in the log.
    public func isKnown(_ event: Event) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM event WHERE source = ? AND id = ?)",
            arguments: [event.source, event.id]
        ) ?? false
    }

    /// The lanes in which something is open.
    ///
    /// - Parameter project: Only its lanes; nil for all.
    /// - Returns: The lanes, each once.
    /// - Throws: `DatabaseError`, where the journal can't be read.
    public func openLanes(of project: String?) throws -> [Lane] {
        // What this transaction has changed is not in the table yet.
        try flush()
        return try Row.fetchAll(
            db,
            sql: """
                SELECT DISTINCT project, stage, service FROM sequence JOIN lane ON lane.id = sequence.lane
                WHERE open = 1 AND (:project IS NULL OR project = :project)
                """,
            arguments: ["project": project]
        ).map { Lane(project: $0["project"], stage: $0["stage"], service: $0["service"]) }
    }

    /// Where something was done about a problem in a lane.
    ///
    /// - Parameters:
    ///   - problem: The problem's id.
    ///   - lane: Where it was.
    /// - Returns: The contexts, the newest first.
    /// - Throws: `DatabaseError`, where the journal can't be read.
    public func contexts(ofProblem problem: String, in lane: Lane) throws -> [String] {
        guard !problem.isEmpty else { return [] }
        let reader = EventReader(.init(time: Timestamp(milliseconds: 0)) { "" })
        let bodies = try Data.fetchAll(
            db,
            sql: """
                SELECT event.body FROM sequence JOIN lane ON lane.id = sequence.lane JOIN event USING (position)
                WHERE project = ? AND stage = ? AND service = ? AND name = ? ORDER BY position DESC LIMIT 100
                """,
            arguments: [lane.project, lane.stage, lane.service, Sequencer.remediation]
        )
        return bodies.compactMap { try? reader.event(Array($0)) }.filter { Problem($0.data)?.id == problem }.map(
            \.context
        )
    }

    /// Whether a sequence was triggered by that event and ended without having begun.
    ///
    /// - Parameters:
    ///   - id: The event's.
    ///   - source: Who sent it.
    /// - Returns: false also for an event that is not there.
    /// - Throws: `DatabaseError`, where the journal can't be read.
    public func wasHeldBack(_ id: String, from source: String) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM event JOIN sequence USING (position) WHERE event.source = ? AND event.id = ?
                    AND open = 0 AND state = 'aborted' AND json_extract(sequence.body, '$.started') IS NULL)
                """,
            arguments: [source, id]
        ) ?? false
    }

    /// What this transaction has changed is not in the table yet.
    private func hasOpenRemediation(of context: String, in lane: Lane) -> Bool {
        let runs = (try? state(of: lane).runs) ?? []
        return runs.contains { run in
            run.context == context && run.sequence == Sequencer.undo
                || run.context == context && run.isOpen
                    && run.sequence == Sequencer.remediation
        }
    }
}
