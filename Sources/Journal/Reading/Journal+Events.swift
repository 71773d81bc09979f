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
            if let lanes = try Self.lanes(filter, db) {
                guard !lanes.isEmpty else { return [] }
                let list = lanes.map(String.init).joined(separator: ",")
                // With a plus the index is left aside.
                let hasIndex = lanes.count <= Self.laneLimit && filter.context == nil && filter.type == nil
                conditions.append("\(hasIndex ? "" : "+")lane IN (\(list))")
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

    /// The lanes that are meant; nil where all are.
    static func lanes(_ filter: EventFilter, _ db: Database) throws -> [Int64]? {
        guard filter.project != nil || filter.stage != nil || filter.service != nil || filter.visible != nil else {
            return nil
        }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, project FROM lane WHERE (:project IS NULL OR project = :project)
                    AND (:stage IS NULL OR stage = :stage) AND (:service IS NULL OR service = :service)
                """,
            arguments: ["project": filter.project, "stage": filter.stage, "service": filter.service]
        )
        return rows.filter { filter.visible?.contains($0["project"]) ?? true }.map { $0["id"] }
    }
}
