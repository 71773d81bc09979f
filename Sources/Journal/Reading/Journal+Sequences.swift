import Events
import Foundation
import GRDB
import Workflows

/// A sequence in a list, and where it stands in the log.
public struct ListedRun: Sendable {
    public let position: Int64
    public let run: Run
}

/// For lists, which show what a sequence has come to and don't decide about it.
private struct NoRules: Rules {
    func current(of project: String) -> (sha256: String, shipyard: Shipyard)? { nil }
    func version(_ sha256: String) -> Shipyard? { nil }
}

extension Journal {
    /// Sequences, the newest first.
    ///
    /// - Parameters:
    ///   - filter: Which are meant; its type is not looked at.
    ///   - states: Only those in these states; empty for all.
    ///   - waitingForPeople: Only those with a task that waits for a person.
    ///   - position: Only those before this one, to go on after a page.
    ///   - limit: How many at most.
    /// - Returns: A page of the list.
    /// - Throws: ``JournalFailure`` where the file can't be read.
    public func sequences(
        _ filter: EventFilter,
        states: [Run.State] = [],
        waitingForPeople: Bool = false,
        before position: Int64? = nil,
        limit: Int
    ) throws(JournalFailure) -> [ListedRun] {
        try read { db in
            var conditions = ["(:before IS NULL OR position < :before)"]
            var arguments: StatementArguments = ["before": position, "limit": limit]
            if let context = filter.context {
                conditions.append("context = :context")
                arguments += ["context": context]
            }
            if !states.isEmpty {
                let names = states.map { "'\($0.rawValue)'" }.joined(separator: ",")
                conditions.append("state IN (\(names))")
            }
            if waitingForPeople { conditions.append("approvals = 1") }
            switch try Self.lanes(filter, db, usesIndex: filter.context == nil && !waitingForPeople) {
            case .all: break
            case .few(let ids): conditions.append("lane IN (\(ids.map(String.init).joined(separator: ",")))")
            case .many(let condition, let more):
                conditions.append(condition)
                arguments += more
            }
            let sql = """
                SELECT position, body, project, stage, service FROM sequence JOIN lane ON lane.id = sequence.lane
                WHERE \(conditions.joined(separator: " AND ")) ORDER BY position DESC LIMIT :limit
                """
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map(ListedRun.init(stored:))
        }
    }

    /// Every sequence that has not ended, in the order of the log.
    public func openSequences() throws(JournalFailure) -> [ListedRun] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT position, body, project, stage, service FROM sequence JOIN lane ON lane.id = sequence.lane
                    WHERE open = 1 ORDER BY position
                    """
            ).map(ListedRun.init(stored:))
        }
    }

    /// How many sequences are in each of the open states, and since when the oldest of them is there.
    public func openStates() throws(JournalFailure) -> [(state: String, count: Int, oldest: Timestamp?)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT state, count(*) AS count, min(received) AS oldest FROM sequence JOIN event USING (position)
                    WHERE open = 1 GROUP BY state
                    """
            ).map { row in
                let oldest: Int64? = row["oldest"]
                return (row["state"], row["count"], oldest.map(Timestamp.init(milliseconds:)))
            }
        }
    }

    /// When the next lane is due.
    public func nextDue() throws(JournalFailure) -> Timestamp? {
        try read { db in
            try Int64.fetchOne(db, sql: "SELECT min(due) FROM lane WHERE due IS NOT NULL")
                .map(Timestamp.init(milliseconds:))
        }
    }

    /// A document that is applied: its digest and its text.
    public func document(_ path: String, of project: String) throws(JournalFailure) -> (sha256: String, text: String)? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT sha256, text FROM document JOIN content USING (sha256) WHERE project = ? AND path = ?",
                arguments: [project, path]
            ).map { ($0["sha256"], $0["text"]) }
        }
    }

    /// The digests of a project's documents by their paths.
    public func documents(of project: String) throws(JournalFailure) -> [String: String] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT path, sha256 FROM document WHERE project = ?",
                arguments: [project]
            )
            return Dictionary(rows.map { ($0["path"], $0["sha256"]) }) { $1 }
        }
    }
}

extension ListedRun {
    fileprivate init(stored row: Row) throws {
        let lane = Lane(project: row["project"], stage: row["stage"], service: row["service"])
        position = row["position"]
        run = try Run(stored: row["body"], lane: lane, rules: NoRules())
    }
}
