import Events
import Foundation
import GRDB
import Workflows

/// The log and what is derived from it, inside of one transaction: the only thing that writes them.
///
/// Used by one thread at a time. It remembers lanes between transactions, since nobody else writes meanwhile; after a
/// transaction that failed it is thrown away, and what it knew is read again.
public final class Ledger {
    var db: Database
    private var lanes: [Lane: LaneEntry] = [:]
    private var touched: Set<Lane> = []
    private(set) var nextPosition: Int64
    /// Up to where events are in the index by lanes.
    private var indexed: Int64
    private var lastReceived: Timestamp
    private let clock: @Sendable () -> Timestamp
    public private(set) var documents: DocumentCache
    /// What this transaction has appended.
    private(set) var recorded: [Recorded] = []

    /// Lanes that are remembered at most, once nothing is open in them.
    private static let remembered = 10_000
    /// Events that the index by lanes may lag behind: so many have to be looked through where a lane is asked for.
    private static let lag: Int64 = 2048

    init(_ db: Database, clock: @Sendable @escaping () -> Timestamp) throws {
        self.db = db
        self.clock = clock
        documents = try DocumentCache(db)
        nextPosition = 1 + (try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'event'") ?? 0)
        indexed = try Int64.fetchOne(db, sql: "SELECT position FROM indexed") ?? 0
        let last = try Int64.fetchOne(db, sql: "SELECT received FROM event ORDER BY position DESC LIMIT 1")
        lastReceived = Timestamp(milliseconds: last ?? 0)
    }

    /// By the journal's clock, which never goes back.
    public var now: Timestamp { max(clock(), lastReceived) }

    // MARK: Transactions

    func begin(_ db: Database) {
        self.db = db
        recorded.removeAll(keepingCapacity: true)
    }

    /// Writes what the events of this transaction add up to.
    func flush() throws {
        for lane in touched { try lanes[lane]?.save(db) }
        if nextPosition - 1 - indexed >= Self.lag { try index() }
    }

    /// Brings the index by lanes up to date.
    func index() throws {
        try db.execute(
            sql: """
                INSERT INTO lane_event SELECT lane, position FROM event WHERE position > :indexed ORDER BY lane, position;
                """,
            arguments: ["indexed": indexed]
        )
        indexed = nextPosition - 1
        try db.execute(sql: "UPDATE indexed SET position = ?", arguments: [indexed])
    }

    /// After the commit.
    func commit() {
        touched.removeAll(keepingCapacity: true)
        guard lanes.count > Self.remembered else { return }
        lanes = lanes.filter { !$0.value.state.runs.isEmpty }
    }

    // MARK: Events

    /// Appends an event, and takes in what it changes.
    ///
    /// - Returns: What became of it; where an event of the same source and id is there already, nothing does.
    /// - Throws: `DatabaseError`, where it can't be written.
    public func record(_ event: Event) throws -> Receipt {
        let lane = event.lane ?? .none
        let entry = try entry(of: lane)
        let received = now
        let position = nextPosition
        try db.cachedStatement(
            sql: """
                INSERT INTO event (position, source, id, type, context, triggered_id, lane, lane_version, time, body, received)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, id) DO NOTHING
                """
        ).execute(
            arguments: [
                position, event.source, event.id, event.type, event.context, event.triggeredID, entry.id,
                entry.version + 1, event.time.milliseconds, Data(event.body), received.milliseconds,
            ]
        )
        guard db.changesCount == 1 else { return try receipt(ofKnown: event) }
        nextPosition += 1
        lastReceived = received
        entry.version += 1
        touched.insert(lane)
        try documents.apply(event, position: position, db)
        try EvaluationRow.project(event, position: position, lane: entry.id, db)
        let ignored = entry.apply(event, at: received, position: position, rules: documents)
        if let ignored {
            try db.execute(sql: "UPDATE event SET ignored = ? WHERE position = ?", arguments: [ignored, position])
        } else {
            for name in documents.subscribers(of: event) {
                try queue(name, of: lane.project, position: position, lane: entry.id, at: received)
            }
        }
        recorded.append(
            Recorded(
                position: position,
                event: event,
                ignored: ignored,
                assignments: ignored == nil ? documents.assignments(for: event) : []
            )
        )
        return Receipt(
            id: event.id,
            source: event.source,
            context: event.context,
            position: position,
            isDuplicate: false,
            ignored: ignored
        )
    }

    private func receipt(ofKnown event: Event) throws -> Receipt {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT position, context, ignored FROM event WHERE source = ? AND id = ?",
            arguments: [event.source, event.id]
        )
        return Receipt(
            id: event.id,
            source: event.source,
            context: row?["context"] ?? event.context,
            position: row?["position"] ?? 0,
            isDuplicate: true,
            ignored: row?["ignored"]
        )
    }

    /// Writes something that changes nothing.
    public func probe() throws {
        try db.execute(sql: "UPDATE sqlite_sequence SET seq = seq WHERE name = 'event'")
    }

    /// What is open in a lane.
    public func state(of lane: Lane) throws -> LaneState { try entry(of: lane).state }

    private func entry(of lane: Lane) throws -> LaneEntry {
        if let entry = lanes[lane] { return entry }
        let entry = try LaneEntry(lane, db, rules: documents)
        lanes[lane] = entry
        return entry
    }

    /// The lanes in which something has to be decided by now, the longest due first.
    public func dueLanes(limit: Int) throws -> [Lane] {
        try Row.fetchAll(
            db,
            sql: "SELECT project, stage, service FROM lane WHERE due <= ? ORDER BY due LIMIT ?",
            arguments: [now.milliseconds, limit]
        ).map { Lane(project: $0["project"], stage: $0["stage"], service: $0["service"]) }
    }
}

extension Lane {
    /// Where events are that name none.
    public static let none = Lane(project: "", stage: "", service: "")
}
