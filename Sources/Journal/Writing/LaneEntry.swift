import Events
import Foundation
import GRDB
import Workflows

/// A lane as it is remembered between transactions.
final class LaneEntry {
    let id: Int64
    /// How many events the lane has seen.
    var version: Int64
    /// What the table says: what this was decided on.
    private var savedVersion: Int64
    private var savedDue: Timestamp?
    private(set) var state: LaneState
    /// Where each open sequence stands in the log.
    private var positions: [String: Int64]
    /// Reads a lane, or begins it.
    init(_ lane: Lane, _ db: Database, rules: some Rules) throws {
        let row = try Row.fetchOne(
            db,
            sql: """
                INSERT INTO lane (project, stage, service) VALUES (?, ?, ?)
                ON CONFLICT (project, stage, service) DO UPDATE SET version = version RETURNING id, version
                """,
            arguments: [lane.project, lane.stage, lane.service]
        )
        guard let row else { preconditionFailure("an INSERT with RETURNING gives a row") }
        id = row["id"]
        version = row["version"]
        savedVersion = version
        var runs: [Run] = []
        positions = [:]
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT position, id, body FROM sequence WHERE lane = ? AND open = 1 ORDER BY position",
            arguments: [id]
        )
        for row in rows {
            let run = try Run(stored: row["body"], lane: lane, rules: rules)
            runs.append(run)
            positions[run.id] = row["position"]
        }
        state = LaneState(
            lane: lane,
            runs: runs,
            remediations: try Self.remediations(id, lane, db),
            released: try Self.released(id, db)
        )
        savedDue = state.nextDue
    }

    /// What was done about problems in the lane of late; what was held back never started.
    private static func remediations(_ id: Int64, _ lane: Lane, _ db: Database) throws -> [PastRemediation] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT context, json_extract(body, '$.source') AS source, json_extract(body, '$.started') AS started,
                    json_extract(body, '$.ended') AS ended
                FROM sequence WHERE lane = ? AND open = 0 AND name = ? AND started IS NOT NULL
                ORDER BY position DESC LIMIT 1000
                """,
            arguments: [id, Sequencer.remediation]
        ).reversed().reduce(into: []) { earlier, row in
            let context: String = row["context"]
            earlier.append(
                PastRemediation(
                    context: context,
                    started: Timestamp(milliseconds: row["started"]),
                    ended: Timestamp(milliseconds: row["ended"]),
                    isRound: PastRemediation.isRound(source: row["source"], context: context, after: earlier)
                )
            )
        }
    }

    private static func released(_ id: Int64, _ db: Database) throws -> Release? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT context, body FROM sequence WHERE lane = ? AND state = 'succeeded'
                    AND json_type(body, '$.release') = 'object'
                ORDER BY json_extract(body, '$.ended') DESC, position DESC LIMIT 1
                """,
            arguments: [id]
        )
        guard let row, let data = JSON(known: Array(row["body"] as Data))?["release"] else { return nil }
        return Release(context: row["context"], data: data)
    }

    /// - Returns: Why the event changes nothing.
    func apply(_ event: Event, at time: Timestamp, position: Int64, rules: some Rules) -> String? {
        do throws(LaneState.Ignored) {
            try state.apply(event, at: time, rules: rules)
            if state.run(event.id) != nil { positions[event.id] = positions[event.id] ?? position }
            return nil
        } catch {
            return error.description
        }
    }

    /// Writes what has changed.
    func save(_ db: Database) throws {
        for run in state.takeChanges() {
            guard let position = positions[run.id] else { continue }
            try run.save(position: position, lane: id, db)
            if !run.isOpen { positions[run.id] = nil }
        }
        let due = state.nextDue
        if due == savedDue {
            try db.cachedStatement(sql: "UPDATE lane SET version = ? WHERE id = ? AND version = ?")
                .execute(arguments: [version, id, savedVersion])
        } else {
            try db.cachedStatement(sql: "UPDATE lane SET version = ?, due = ? WHERE id = ? AND version = ?")
                .execute(arguments: [version, due?.milliseconds, id, savedVersion])
        }
        guard db.changesCount == 1 else {
            throw DatabaseError(
                resultCode: .SQLITE_BUSY,
                message: "somebody else has written to the lane \(state.lane)"
            )
        }
        savedVersion = version
        savedDue = due
    }
}

extension Run {
    /// As it stands in the table.
    init(stored body: Data, lane: Lane, rules: some Rules) throws {
        guard let json = JSON(known: Array(body)), let run = Run(json, lane: lane, rules: rules) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a sequence of \(lane) can't be read")
        }
        self = run
    }

    func save(position: Int64, lane: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO sequence (position, id, context, lane, name, state, open, approvals, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (position) DO UPDATE SET state = excluded.state, open = excluded.open,
                    approvals = excluded.approvals, body = excluded.body
                """
        ).execute(
            arguments: [
                position, id, context, lane, sequence, state.rawValue, isOpen ? 1 : 0, approvals.isEmpty ? 0 : 1,
                Data(json.bytes),
            ]
        )
    }
}
