import Events
import Foundation
import GRDB
import Objectives
import Workflows

/// What is old goes, and what is left still adds up to what the lists say: a sequence that has ended goes with all of its
/// events, or stays with them; what belongs to no sequence goes by itself. The newest event of a lane stays, since it says
/// how many there were.
extension Ledger {
    /// A lane that may have something to be taken away.
    public struct ExpiringLane: Sendable {
        let id: Int64
        public let project: String
    }

    /// Up to where what is old stands in the log, and in the list of evaluations.
    public struct Cut: Sendable {
        /// What was received before may go.
        let time: Timestamp
        /// The first event that was received at that time or later.
        let position: Int64
        /// Evaluations from before may go, too; nil keeps them all.
        let evaluations: Timestamp?
    }

    /// Every lane, with the index by lanes brought up to date: only what is in it is taken away.
    public func expiringLanes() throws -> [ExpiringLane] {
        try index()
        return try Row.fetchAll(db, sql: "SELECT id, project FROM lane").map {
            ExpiringLane(id: $0["id"], project: $0["project"])
        }
    }

    /// Finds the place of a time in the log, which is in the order of its clock: in as many steps as its length has digits
    /// in binary.
    public func cut(before time: Timestamp, evaluations: Timestamp? = nil) throws -> Cut {
        var low = try Int64.fetchOne(db, sql: "SELECT coalesce(min(position), 0) FROM event") ?? 0
        var high = nextPosition
        while low < high {
            let middle = low + (high - low) / 2
            let row = try Row.fetchOne(
                db,
                sql: "SELECT position, received FROM event WHERE position >= ? ORDER BY position LIMIT 1",
                arguments: [middle]
            )
            let position: Int64 = row?["position"] ?? high
            let received: Int64 = row?["received"] ?? Int64.max
            if position < high, received < time.milliseconds { low = position + 1 } else { high = middle }
        }
        return Cut(time: time, position: low, evaluations: evaluations)
    }

    /// Takes away some of what is old in a lane.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - cut: What is old.
    ///   - limit: About how many events go at once.
    /// - Returns: How many events went; 0 where nothing is left to go.
    /// - Throws: `DatabaseError`, where something can't be written.
    public func expire(_ lane: ExpiringLane, before cut: Cut, limit: Int) throws -> Int {
        // What was not delivered yet is needed, and so is what came after it in the lane.
        let undelivered = try Int64.fetchOne(
            db,
            sql: "SELECT min(position) FROM delivery WHERE lane = ? AND parked = 0",
            arguments: [lane.id]
        )
        let newest = try Int64.fetchOne(
            db,
            sql: "SELECT max(position) FROM lane_event WHERE lane = ?",
            arguments: [lane.id]
        )
        guard let newest else { return 0 }
        let end = min(cut.position, undelivered ?? .max, newest)
        let runs = try expireRuns(lane, before: cut, end: end, newest: newest, limit: limit)
        return runs > 0 ? runs : try expireOthers(lane, before: cut, end: end, limit: limit)
    }

    /// What a rollback would go back to stays, however old it is.
    private static let release = """
        SELECT position FROM sequence WHERE lane = :lane AND state = 'succeeded' AND json_type(body, '$.release') = 'object'
        ORDER BY json_extract(body, '$.ended') DESC, position DESC LIMIT 1
        """

    /// Sequences that have ended, with their events.
    private func expireRuns(
        _ lane: ExpiringLane,
        before cut: Cut,
        end: Int64,
        newest: Int64,
        limit: Int
    ) throws -> Int {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT position, id, context, body FROM sequence
                WHERE lane = :lane AND position < :end AND open = 0 AND json_extract(body, '$.ended') < :time
                    AND position IS NOT (\(Self.release))
                ORDER BY position LIMIT :limit
                """,
            arguments: [
                "lane": lane.id, "end": end, "time": cut.time.milliseconds, "limit": max(1, limit / 10),
            ]
        )
        var count = 0
        for row in rows {
            let (position, id, context): (Int64, String, String) = (row["position"], row["id"], row["context"])
            let tasks = JSON(known: Array(row["body"] as Data))?["tasks"]?.array ?? []
            let causes = [id] + tasks.compactMap { $0["id"]?.text }
            let events = try Int64.fetchAll(
                db,
                sql: """
                    SELECT position FROM event WHERE context = ? AND lane = ? AND (position = ?
                        OR triggered_id IN (\(databaseQuestionMarks(count: causes.count))))
                    """,
                arguments: [context, lane.id, position] + StatementArguments(causes)
            )
            guard !events.contains(where: { $0 == newest || $0 >= end }) else { continue }
            try db.execute(sql: "DELETE FROM sequence WHERE position = ?", arguments: [position])
            count += 1 + (try delete(events, in: lane, before: cut))
        }
        return count
    }

    /// Events that belong to no sequence, or to one that went before them.
    private func expireOthers(_ lane: ExpiringLane, before cut: Cut, end: Int64, limit: Int) throws -> Int {
        let events = try Int64.fetchAll(
            db,
            sql: """
                SELECT position FROM lane_event JOIN event USING (position)
                WHERE lane_event.lane = :lane AND position < :end AND type NOT IN (:applied, :removed, :frozen, :unfrozen)
                    AND position NOT IN (SELECT position FROM evaluation WHERE lane = :lane AND time >= :evaluations)
                    AND NOT (type = :invalidated AND triggered_id IN (SELECT id FROM evaluation WHERE lane = :lane))
                    AND (ignored IS NOT NULL OR type NOT GLOB 'sh.keptn.event.*' AND type NOT GLOB 'dev.tidegate.sequence.*'
                        OR type IN (:finished, :invalidated) AND NOT EXISTS (
                            SELECT 1 FROM sequence WHERE sequence.context = event.context AND sequence.lane = :lane
                                AND instr(CAST(sequence.body AS TEXT), event.triggered_id) > 0))
                ORDER BY position LIMIT :limit
                """,
            arguments: [
                "lane": lane.id, "end": end, "limit": limit, "applied": DocumentChange.appliedType,
                "removed": DocumentChange.removedType, "frozen": ProblemEvents.frozenType,
                "unfrozen": ProblemEvents.unfrozenType, "invalidated": EvaluationFinished.invalidatedType,
                "finished": EvaluationFinished.type, "evaluations": cut.evaluations?.milliseconds ?? Int64.min,
            ]
        )
        return try delete(events, in: lane, before: cut)
    }

    /// An evaluation goes with its event, and where it is to be kept, its event stays.
    private func delete(_ events: [Int64], in lane: ExpiringLane, before cut: Cut) throws -> Int {
        var count = 0
        for position in events {
            try db.cachedStatement(sql: "DELETE FROM evaluation WHERE position = ? AND time < ?")
                .execute(arguments: [position, cut.evaluations?.milliseconds ?? Int64.min])
            let isKept = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM evaluation WHERE position = ?)"),
                arguments: [position]
            )
            if isKept == true { continue }
            try db.cachedStatement(sql: "DELETE FROM delivery WHERE position = ?").execute(arguments: [position])
            try db.cachedStatement(sql: "DELETE FROM lane_event WHERE lane = ? AND position = ?")
                .execute(arguments: [lane.id, position])
            try db.cachedStatement(sql: "DELETE FROM event WHERE position = ?").execute(arguments: [position])
            count += 1
        }
        return count
    }

    /// The bytes of the journal that are in use.
    public func size() throws -> Int64 {
        let pages = try Int64.fetchOne(
            db,
            sql: "SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count"
        )
        return try (pages ?? 0) * (Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
    }

    /// The event that has a tenth of the log between a position and itself; nil where there is none.
    public func tenth(after position: Int64) throws -> (position: Int64, received: Timestamp)? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT position, received FROM event
                WHERE position > :after + ((SELECT max(position) FROM event) - :after) / 10 ORDER BY position LIMIT 1
                """,
            arguments: ["after": position]
        ).map { ($0["position"], Timestamp(milliseconds: $0["received"])) }
    }
}
