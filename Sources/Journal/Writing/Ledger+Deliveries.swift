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
    /// When it is tried next; nil where another one comes first.
    public let due: Timestamp?
    /// Why the last attempt failed.
    public let reason: String?
    public let event: Data
    public let received: Timestamp
}

extension Delivery {
    /// What is due then is not tried: another one of the same subscription and lane comes first.
    static let notItsTurn = Int64.max
}

extension Journal {
    /// What is due.
    public func dueDeliveries(at now: Timestamp, limit: Int) throws(JournalFailure) -> [Delivery] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT delivery.*, body, received FROM delivery JOIN event USING (position)
                    WHERE parked = 0 AND due <= :now ORDER BY due LIMIT :limit
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
    /// Notes that a subscription is to be told of an event: at once, or when what is before it in the lane has arrived.
    func queue(_ subscription: String, of project: String, position: Int64, lane: Int64, at time: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO delivery (project, subscription, position, lane, due)
                SELECT :project, :subscription, :position, :lane, CASE WHEN EXISTS (
                    SELECT 1 FROM delivery WHERE project = :project AND subscription = :subscription AND lane = :lane
                        AND parked = 0) THEN \(Delivery.notItsTurn) ELSE :time END
                """
        ).execute(
            arguments: [
                "project": project, "subscription": subscription, "position": position, "lane": lane,
                "time": time.milliseconds,
            ]
        )
    }

    /// Takes a delivery off the list: it arrived, or nobody wants it any more.
    public func deliver(_ delivery: Delivery) throws {
        try db.execute(sql: "DELETE FROM delivery WHERE id = ?", arguments: [delivery.id])
        try callNext(after: delivery)
    }

    /// Notes that a delivery failed, and when it is tried again; nil parks it, and lets the next one have its turn.
    public func postpone(_ delivery: Delivery, until due: Timestamp?, reason: String) throws {
        try db.execute(
            sql:
                "UPDATE delivery SET attempts = attempts + 1, due = coalesce(?, due), parked = ?, reason = ? WHERE id = ?",
            arguments: [due?.milliseconds, due == nil ? 1 : 0, reason, delivery.id]
        )
        if due == nil { try callNext(after: delivery) }
    }

    private func callNext(after delivery: Delivery) throws {
        try db.execute(
            sql: """
                UPDATE delivery SET due = :now WHERE due = \(Delivery.notItsTurn) AND id = (
                    SELECT id FROM delivery WHERE project = :project AND subscription = :subscription AND lane = :lane
                        AND parked = 0 ORDER BY position LIMIT 1)
                """,
            arguments: [
                "now": now.milliseconds, "project": delivery.project, "subscription": delivery.subscription,
                "lane": delivery.lane,
            ]
        )
    }

    /// Tries a delivery again now.
    ///
    /// - Returns: Whether there is one whose turn it is, or that was parked.
    public func redeliver(_ id: Int64) throws -> Bool {
        try db.execute(
            sql: "UPDATE delivery SET parked = 0, attempts = 0, due = ? WHERE id = ? AND due <> ?",
            arguments: [now.milliseconds, id, Delivery.notItsTurn]
        )
        return db.changesCount == 1
    }
}

extension Delivery {
    fileprivate init(stored row: Row) {
        let parked: Int = row["parked"]
        let due: Int64 = row["due"]
        self.init(
            id: row["id"],
            project: row["project"],
            subscription: row["subscription"],
            position: row["position"],
            lane: row["lane"],
            isParked: parked == 1,
            attempts: row["attempts"],
            due: due == Self.notItsTurn ? nil : Timestamp(milliseconds: due),
            reason: row["reason"],
            event: row["body"],
            received: Timestamp(milliseconds: row["received"])
        )
    }
}
