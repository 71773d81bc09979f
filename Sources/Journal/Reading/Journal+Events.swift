import Events
import Foundation
import GRDB

/// Which events are meant; nil for any.
public struct EventFilter: Sendable, Equatable {
    public var context: String?
    public var type: String?
    public var project: String?
    public var stage: String?
    public var service: String?
    /// Those of other projects are not for the one who asks; nil where all are.
    public var visible: Set<String>?

    public init() {}
}

/// An event in a list.
public struct ListedEvent: Sendable {
    public let position: Int64
    /// The event as it was received, in its JSON form.
    public let body: Data
    public let ignored: String?
}

extension Journal {
    /// Above so many lanes the log is read as it is, and what is not meant is passed over.
    private static let laneLimit = 64

    /// Events after a position, in the order of the log.
    ///
    /// - Parameters:
    ///   - filter: Which are meant.
    ///   - position: The last one that is known; 0 to begin with the first.
    ///   - limit: How many at most.
    /// - Returns: A page of the log.
    /// - Throws: ``JournalFailure`` where the file can't be read.
    public func events(_ filter: EventFilter, after position: Int64, limit: Int) throws(JournalFailure) -> [ListedEvent]
    {
        try read { db in
            var conditions: [String] = []
            var arguments: StatementArguments = ["after": position, "limit": limit]
            if let context = filter.context {
                conditions.append("context = :context")
                arguments += ["context": context]
            }
            if let type = filter.type {
                conditions.append("type = :type")
                arguments += ["type": type]
            }
            let lanes = try Self.lanes(filter, db, usesIndex: conditions.isEmpty)
            if case .few(let ids) = lanes { return try Self.events(ofLanes: ids, after: position, limit: limit, db) }
            if case .many(let condition, let more) = lanes {
                conditions.append(condition)
                arguments += more
            }
            return try Self.events(conditions, arguments, db)
        }
    }

    private static func events(
        _ conditions: [String],
        _ arguments: StatementArguments,
        _ db: Database
    ) throws -> [ListedEvent] {
        let sql = """
            SELECT position, body, ignored FROM event
            WHERE \((["position > :after"] + conditions).joined(separator: " AND ")) ORDER BY position LIMIT :limit
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map {
            ListedEvent(position: $0["position"], body: $0["body"], ignored: $0["ignored"])
        }
    }

    /// First what the index knows, then what came after it was brought up to date.
    private static func events(
        ofLanes ids: [Int64],
        after position: Int64,
        limit: Int,
        _ db: Database
    ) throws -> [ListedEvent] {
        guard !ids.isEmpty else { return [] }
        // In each lane only as many as could be meant: sorted all together, those of a large lane would take long.
        let known = ids.map {
            "SELECT * FROM (SELECT position FROM lane_event WHERE lane = \($0) AND position > :after ORDER BY position LIMIT :limit)"
        }.joined(separator: " UNION ALL ")
        var events = try events(["position IN (\(known))"], ["after": position, "limit": limit], db)
        guard events.count < limit else { return events }
        let indexed = try Int64.fetchOne(db, sql: "SELECT position FROM indexed") ?? 0
        events += try Self.events(
            ["lane IN (\(ids.map(String.init).joined(separator: ",")))"],
            ["after": max(position, indexed), "limit": limit - events.count],
            db
        )
        return events
    }

    /// The position of the newest event, or 0.
    public func lastPosition() throws(JournalFailure) -> Int64 {
        try read { try Int64.fetchOne($0, sql: "SELECT max(position) FROM event") ?? 0 }
    }

    /// An event by who sent it and its id.
    public func event(_ id: String, from source: String) throws(JournalFailure) -> ListedEvent? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT position, body, ignored FROM event WHERE source = ? AND id = ?",
                arguments: [source, id]
            ).map { ListedEvent(position: $0["position"], body: $0["body"], ignored: $0["ignored"]) }
        }
    }

    /// Lanes that a filter means.
    enum Lanes {
        /// All of them.
        case all
        /// So few that each is looked up by index.
        case few([Int64])
        /// A condition for rows that are looked through; a plus before a column leaves its index aside.
        case many(condition: String, StatementArguments)
    }

    static func lanes(_ filter: EventFilter, _ db: Database, usesIndex: Bool = true) throws -> Lanes {
        var conditions: [String] = []
        var arguments = StatementArguments()
        for (name, value) in [("project", filter.project), ("stage", filter.stage), ("service", filter.service)] {
            guard let value else { continue }
            conditions.append("\(name) = :\(name)")
            arguments += [name: value]
        }
        if let visible = filter.visible {
            let names = visible.indices.enumerated().map { ("visible\($0.offset)", visible[$0.element]) }
            conditions.append("project IN (\(names.map { ":" + $0.0 }.joined(separator: ", ")))")
            for (name, value) in names { arguments += [name: value] }
        }
        guard !conditions.isEmpty else { return .all }
        let query = "SELECT id FROM lane WHERE \(conditions.joined(separator: " AND "))"
        let ids = try Int64.fetchAll(db, sql: query + " LIMIT \(laneLimit + 1)", arguments: arguments)
        guard usesIndex, ids.count <= laneLimit else { return .many(condition: "+lane IN (\(query))", arguments) }
        return .few(ids)
    }
}
