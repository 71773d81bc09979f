import Events
import GRDB
import Objectives
import Workflows

extension Ledger {
    /// A lane that may have something to be taken away.
    public struct ExpiringLane: Sendable {
        let id: Int64
        public let project: String
    }

    /// Every lane, with the index by lanes brought up to date: only what is in it is taken away.
    public func expiringLanes() throws -> [ExpiringLane] {
        try index()
        return try Row.fetchAll(db, sql: "SELECT id, project FROM lane").map {
            ExpiringLane(id: $0["id"], project: $0["project"])
        }
    }

    /// Takes away the oldest events of a lane, up to where a sequence is needed still: one that is open, or that ended
    /// later. A sequence goes as a whole or stays as a whole, so that what is left still adds up to what the lists say. The
    /// newest event of a lane stays, and its sequence with it: it says how many there were, and what the lane is at.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - time: What was received before may go.
    ///   - evaluations: Evaluations from before may go; nil keeps them all.
    ///   - limit: About how many events go at once.
    /// - Returns: How many events went.
    /// - Throws: `DatabaseError`, where something can't be written.
    public func expire(
        _ lane: ExpiringLane,
        before time: Timestamp,
        evaluations: Timestamp?,
        limit: Int
    ) throws -> Int {
        guard let cut = try cut(lane, before: time, limit: limit) else { return 0 }
        let range: StatementArguments = ["lane": lane.id, "cut": cut]
        try db.execute(sql: "DELETE FROM sequence WHERE lane = :lane AND position < :cut", arguments: range)
        if let evaluations {
            try db.execute(
                sql: "DELETE FROM evaluation WHERE lane = :lane AND position < :cut AND time < :time",
                arguments: range + ["time": evaluations.milliseconds]
            )
        }
        let unneeded = try Int64.fetchAll(
            db,
            sql: """
                SELECT position FROM lane_event JOIN event USING (position)
                WHERE lane_event.lane = :lane AND position < :cut AND type NOT IN (:applied, :removed)
                    AND position NOT IN (SELECT position FROM evaluation WHERE lane = :lane)
                    AND NOT (type = :invalidated AND triggered_id IN (SELECT id FROM evaluation WHERE lane = :lane))
                """,
            arguments: range + [
                "invalidated": EvaluationFinished.invalidatedType, "applied": DocumentChange.appliedType,
                "removed": DocumentChange.removedType,
            ]
        )
        for position in unneeded {
            try db.cachedStatement(sql: "DELETE FROM delivery WHERE position = ?").execute(arguments: [position])
            try db.cachedStatement(sql: "DELETE FROM lane_event WHERE lane = ? AND position = ?")
                .execute(arguments: [lane.id, position])
            try db.cachedStatement(sql: "DELETE FROM event WHERE position = ?").execute(arguments: [position])
        }
        return unneeded.count
    }

    /// The first event of a lane that has to stay; nil where none may go.
    private func cut(_ lane: ExpiringLane, before time: Timestamp, limit: Int) throws -> Int64? {
        let first = try Int64.fetchOne(
            db,
            sql: "SELECT min(position) FROM lane_event WHERE lane = ?",
            arguments: [lane.id]
        )
        guard let first else { return nil }
        guard
            let last = try Int64.fetchOne(
                db,
                sql: "SELECT max(position) FROM lane_event WHERE lane = ?",
                arguments: [lane.id]
            )
        else { return nil }
        let young = try Int64.fetchOne(
            db,
            sql: """
                SELECT position FROM lane_event JOIN event USING (position)
                WHERE lane_event.lane = ? AND received >= ? ORDER BY position LIMIT 1
                """,
            arguments: [lane.id, time.milliseconds]
        )
        let enough = try Int64.fetchOne(
            db,
            sql: "SELECT position FROM lane_event WHERE lane = ? ORDER BY position LIMIT 1 OFFSET ?",
            arguments: [lane.id, limit]
        )
        var cut = min(young ?? last, enough ?? last)
        /// Everything in the lane before the cut was received before this.
        func threshold() throws -> Int64 {
            guard cut != young else { return time.milliseconds }
            return try Int64.fetchOne(db, sql: "SELECT received FROM event WHERE position = ?", arguments: [cut]) ?? 0
        }
        // A sequence that began before the cut and ended after it stays; so may others that overlap with it.
        while cut > first {
            let needed = try Int64.fetchOne(
                db,
                sql: """
                    SELECT min(position) FROM sequence WHERE lane = ? AND position < ?
                        AND (open = 1 OR json_extract(body, '$.ended') >= ?)
                    """,
                arguments: [lane.id, cut, try threshold()]
            )
            guard let needed else { break }
            cut = needed
        }
        return cut > first ? cut : nil
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
