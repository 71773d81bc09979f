import Documents
import Events
import Foundation
import GRDB
import Workflows

/// The applied documents as decisions need them: shipyards, read once, and who subscribed to what.
///
/// A struct of values, so that a decision sees one state of them.
public struct DocumentCache: Shipyards {
    private var currentSHA256: [String: String] = [:]
    private var shipyards: [String: Shipyard] = [:]
    private var subscriptions: [String: [Subscription]] = [:]

    init() {}

    /// Reads what is applied, and the shipyards that open sequences started with.
    init(_ db: Database) throws {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT project, path, sha256, text FROM document JOIN content USING (sha256) WHERE path IN (?, ?)",
            arguments: [DocumentPath.shipyard, DocumentPath.project]
        )
        for row in rows { take(row["path"], of: row["project"], sha256: row["sha256"], text: row["text"]) }
        let started = try Row.fetchAll(
            db,
            sql: """
                SELECT sha256, text FROM content WHERE sha256 IN (
                    SELECT DISTINCT json_extract(body, '$.shipyard') FROM sequence WHERE open = 1)
                """
        )
        for row in started { remember(row["sha256"], text: row["text"]) }
    }

    public func current(of project: String) -> (sha256: String, shipyard: Shipyard)? {
        currentSHA256[project].flatMap { sha256 in shipyards[sha256].map { (sha256, $0) } }
    }

    public func version(_ sha256: String) -> Shipyard? { shipyards[sha256] }

    /// Takes in an event that applies or removes a document, and keeps what it says; others change nothing.
    mutating func apply(_ event: Event, position: Int64, _ db: Database) throws {
        guard let change = take(event) else { return }
        guard let text = change.text else {
            return try db.execute(
                sql: "DELETE FROM document WHERE project = ? AND path = ?",
                arguments: [change.project, change.path]
            )
        }
        try db.execute(
            sql: "INSERT INTO content (sha256, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [change.sha256, text]
        )
        try db.execute(
            sql: """
                INSERT INTO document (project, path, sha256, position) VALUES (?, ?, ?, ?)
                ON CONFLICT (project, path) DO UPDATE SET sha256 = excluded.sha256, position = excluded.position
                """,
            arguments: [change.project, change.path, change.sha256, position]
        )
    }

    /// Takes in an event without keeping what it says.
    @discardableResult
    mutating func take(_ event: Event) -> DocumentChange? {
        guard event.source == Sequencer.operatorSource, let change = DocumentChange(event) else { return nil }
        if let text = change.text {
            take(change.path, of: change.project, sha256: change.sha256, text: text)
        } else if change.path == DocumentPath.shipyard {
            currentSHA256[change.project] = nil
        } else if change.path == DocumentPath.project {
            subscriptions[change.project] = nil
        }
        return change
    }

    private mutating func take(_ path: String, of project: String, sha256: String, text: String) {
        switch path {
        case DocumentPath.shipyard:
            remember(sha256, text: text)
            currentSHA256[project] = sha256
        case DocumentPath.project: subscriptions[project] = Project.read(text, file: path).value?.subscriptions
        default: return
        }
    }

    private mutating func remember(_ sha256: String, text: String) {
        shipyards[sha256] = shipyards[sha256] ?? Shipyard.read(text, file: DocumentPath.shipyard).value
    }

    /// The names of those who are to be told of an event.
    func subscribers(of event: Event) -> [String] {
        guard let project = event.lane?.project else { return [] }
        return (subscriptions[project] ?? []).filter { $0.wants(event) }.map(\.name)
    }
}
