import Events
import Foundation
import GRDB

/// An event that somebody subscribed to and was not told of yet.
public struct Delivery: Sendable, Equatable {
    public let id: Int64
    public let project: String
    public let subscription: String
    public let position: Int64
    public let lane: Int64
    /// Whether it is not tried any more until somebody says so.
    public let isParked: Bool
    public let attempts: Int
    public let due: Timestamp
    /// Why the last attempt failed.
    public let reason: String?
    public let event: Data
    public let received: Timestamp
}

extension Journal {
    /// What is due, in each lane only the first: the order in a lane is kept.
    public func dueDeliveries(at now: Timestamp, limit: Int) throws(JournalFailure) -> [Delivery] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT delivery.*, event.id AS event_id, body, received FROM delivery JOIN event USING (position)
                    WHERE parked = 0 AND due <= :now AND NOT EXISTS (
                        SELECT 1 FROM delivery AS earlier WHERE earlier.project = delivery.project
                            AND earlier.subscription = delivery.subscription AND earlier.lane = delivery.lane
                            AND earlier.parked = 0 AND earlier.position < delivery.position)
                    ORDER BY due LIMIT :limit
                    """,
                arguments: ["now": now.milliseconds, "limit": limit]
            ).map(Delivery.init(stored:))
        }
    }

    /// What was not delivered yet, the oldest first.
    public func deliveries(of project: String?, after id: Int64, limit: Int) throws(JournalFailure) -> [Delivery] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT delivery.*, body, received FROM delivery JOIN event USING (position)
                    WHERE delivery.id > :after AND (:project IS NULL OR delivery.project = :project)
                    ORDER BY delivery.id LIMIT :limit
                    """,
                arguments: ["after": id, "project": project, "limit": limit]
            ).map(Delivery.init(stored:))
        }
    }

    /// How many deliveries wait, fail, and are parked.
    public func deliveryCounts() throws(JournalFailure) -> (waiting: Int, failing: Int, parked: Int) {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT coalesce(sum(parked = 0 AND attempts = 0), 0) AS waiting,
                        coalesce(sum(parked = 0 AND attempts > 0), 0) AS failing, coalesce(sum(parked = 1), 0) AS parked
                    FROM delivery
                    """
            )
            return (row?["waiting"] ?? 0, row?["failing"] ?? 0, row?["parked"] ?? 0)
        }
    }
}

extension Ledger {
    /// Takes a delivery off the list: it arrived, or nobody wants it any more.
    public func deliver(_ id: Int64) throws {
        try db.execute(sql: "DELETE FROM delivery WHERE id = ?", arguments: [id])
    }

    /// Notes that a delivery failed, and when it is tried again; nil parks it.
    public func postpone(_ id: Int64, until due: Timestamp?, reason: String) throws {
        try db.execute(
            sql:
                "UPDATE delivery SET attempts = attempts + 1, due = coalesce(?, due), parked = ?, reason = ? WHERE id = ?",
            arguments: [due?.milliseconds, due == nil ? 1 : 0, reason, id]
        )
    }

    /// Tries a delivery again now.
    ///
    /// - Returns: Whether there is one.
    public func redeliver(_ id: Int64) throws -> Bool {
        try db.execute(
            sql: "UPDATE delivery SET parked = 0, attempts = 0, due = ? WHERE id = ?",
            arguments: [now.milliseconds, id]
        )
        return db.changesCount == 1
    }
}

extension Delivery {
    fileprivate init(stored row: Row) {
        let parked: Int = row["parked"]
        self.init(
            id: row["id"],
            project: row["project"],
            subscription: row["subscription"],
            position: row["position"],
            lane: row["lane"],
            isParked: parked == 1,
            attempts: row["attempts"],
            due: Timestamp(milliseconds: row["due"]),
            reason: row["reason"],
            event: row["body"],
            received: Timestamp(milliseconds: row["received"])
        )
    }
}
