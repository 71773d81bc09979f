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
            var conditions = ["position > :after"]
            var arguments: StatementArguments = ["after": position, "limit": limit]
            if let context = filter.context {
                conditions.append("context = :context")
                arguments += ["context": context]
            }
            if let type = filter.type {
                conditions.append("type = :type")
                arguments += ["type": type]
            }
            let hasOtherIndex = filter.context != nil || filter.type != nil
            if let lanes = try Self.lanes(filter, db, usesIndex: !hasOtherIndex) {
                conditions.append(lanes.condition)
                arguments += lanes.arguments
            }
            let sql = """
                SELECT position, body, ignored FROM event WHERE \(conditions.joined(separator: " AND "))
                ORDER BY position LIMIT :limit
                """
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map {
                ListedEvent(position: $0["position"], body: $0["body"], ignored: $0["ignored"])
            }
        }
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

    /// The condition that an event or a sequence is in one of the lanes that are meant; nil where all are.
    ///
    /// Few lanes are looked up by index. Where there are many, the log is walked and what is in none of them is passed
    /// over; a plus before a column leaves its index aside.
    static func lanes(
        _ filter: EventFilter,
        _ db: Database,
        usesIndex: Bool = true
    ) throws -> (condition: String, arguments: StatementArguments)? {
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
        guard !conditions.isEmpty else { return nil }
        let query = "SELECT id FROM lane WHERE \(conditions.joined(separator: " AND "))"
        let few = try Int64.fetchAll(db, sql: query + " LIMIT \(laneLimit + 1)", arguments: arguments)
        guard few.count > laneLimit || !usesIndex else {
            return ("lane IN (\(few.map(String.init).joined(separator: ",")))", StatementArguments())
        }
        return ("+lane IN (\(query))", arguments)
    }
}
