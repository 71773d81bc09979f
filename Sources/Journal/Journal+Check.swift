import Events
import Foundation
import GRDB
import Objectives
import Workflows

extension Journal {
    /// Whether the file is whole, and what is derived from the events is what the events say.
    ///
    /// - Returns: What is wrong, each in a sentence; empty where nothing is.
    /// - Throws: ``JournalFailure`` where the file can't be read.
    public func check() throws(JournalFailure) -> [String] {
        try read { db in
            var problems = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            problems += try String.fetchAll(db, sql: "SELECT \"table\" FROM pragma_foreign_key_check")
                .map { "a row of the table `\($0)` refers to something that is not there" }
            problems += try String.fetchAll(
                db,
                sql: """
                    SELECT project || '/' || stage || '/' || service FROM lane
                    WHERE version <> (SELECT coalesce(max(lane_version), version) FROM event WHERE event.lane = lane.id)
                    """
            )
            .map { "the lane \($0) does not count its events right" }
            try Self.forEachEvaluation(db) { event, _ in
                guard
                    let stored = try Row.fetchOne(
                        db,
                        sql: "SELECT * FROM evaluation WHERE position = ?",
                        arguments: [event.position]
                    )
                else {
                    problems.append("the evaluation \(event.id) is missing from the list")
                    return
                }
                let names = event.differences(from: EvaluationRow(stored: stored))
                guard !names.isEmpty else { return }
                problems.append("the evaluation \(event.id) differs from its event in \(names.joined(separator: ", "))")
            } unreadable: { id in
                problems.append("the event of the evaluation \(id) can't be read")
            }
            problems += try Self.checkIndexes(db)
            problems += try Self.checkSequences(db)
            return problems
        }
    }

    /// What is kept of events beside them, in whichever words SQLite can compare it.
    private static func checkIndexes(_ db: Database) throws -> [String] {
        let questions = [
            ("the index of events by lanes differs from the events", notInIndex),
            ("what was invalidated differs from what the events say", invalidatedOtherwise),
            ("deliveries wait for a turn that never comes", withoutTurn),
        ]
        return try questions.compactMap { problem, sql in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM (\(sql))", arguments: indexArguments) == 0 ? nil : problem
        }
    }

    private static let indexArguments: StatementArguments = ["invalidated": EvaluationFinished.invalidatedType]

    private static let notInIndex = """
        SELECT lane, position FROM (
            SELECT lane, position FROM event WHERE position <= (SELECT position FROM indexed)
            UNION ALL SELECT lane, position FROM lane_event)
        WHERE :invalidated <> '' GROUP BY lane, position HAVING count(*) <> 2
        """

    private static let withoutTurn = """
        SELECT 1 FROM delivery WHERE parked = 0 AND :invalidated <> '' GROUP BY project, subscription, lane
        HAVING sum(due <> 9223372036854775807) = 0
        """

    private static let invalidatedOtherwise = """
        SELECT id FROM evaluation WHERE invalidated <> (id IN (
            SELECT triggered_id FROM event WHERE type = :invalidated AND source GLOB '/tidegate/*'))
        """

    /// What the lists say of sequences and timers, held against what their events add up to.
    private static func checkSequences(_ db: Database) throws -> [String] {
        var problems: [String] = []
        var count = 0
        var fold = SequenceFold()
        try fold.run(db) { folded in
            count += 1
            let kept = try Data.fetchOne(
                db,
                sql: "SELECT body FROM sequence WHERE position = ? AND state = ? AND approvals = ?",
                arguments: [folded.position, folded.run.state.rawValue, folded.run.approvals.isEmpty ? 0 : 1]
            )
            if kept != Data(folded.run.json.bytes) {
                problems.append("the sequence \(folded.run.id) differs from what its events say")
            }
        }
        if try Int.fetchOne(db, sql: "SELECT count(*) FROM sequence") != count {
            problems.append("there are sequences that no event triggered")
        }
        let rows = try Row.fetchAll(db, sql: "SELECT id, due FROM lane WHERE due IS NOT NULL")
        let due: [Int64: Int64] = Dictionary(uniqueKeysWithValues: rows.map { ($0["id"], $0["due"]) })
        if due != fold.due { problems.append("the timers differ from what the events say") }
        let applied = try Row.fetchAll(db, sql: "SELECT project, path, sha256, position FROM document").map {
            SequenceFold.AppliedDocument(
                project: $0["project"],
                path: $0["path"],
                sha256: $0["sha256"],
                position: $0["position"]
            )
        }
        if Set(applied) != Set(fold.documents) {
            problems.append("the applied documents differ from what the events say")
        }
        return problems
    }

    private static func rebuildSequences(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM sequence; UPDATE lane SET due = NULL")
        var fold = SequenceFold()
        try fold.run(db) { try $0.run.save(position: $0.position, lane: $0.lane, db) }
        for (lane, due) in fold.due {
            try db.execute(sql: "UPDATE lane SET due = ? WHERE id = ?", arguments: [due, lane])
        }
        try db.execute(sql: "DELETE FROM document")
        for document in fold.documents {
            try db.execute(
                sql: "INSERT INTO document (project, path, sha256, position) VALUES (?, ?, ?, ?)",
                arguments: [document.project, document.path, document.sha256, document.position]
            )
        }
    }

    /// Makes what is derived from the events again; verdicts as they were given are kept where they are there.
    ///
    /// - Throws: ``JournalFailure`` where the file can't be written to; nothing is changed then.
    public func rebuild() throws(JournalFailure) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE lane SET version =
                        (SELECT coalesce(max(lane_version), version) FROM event WHERE event.lane = lane.id);
                    DELETE FROM evaluation WHERE position NOT IN (SELECT position FROM event);
                    """
            )
            try Self.forEachEvaluation(db) { row, event in
                let document = try Data.fetchOne(
                    db,
                    sql: "SELECT document FROM evaluation WHERE position = ?",
                    arguments: [row.position]
                )
                try row.save(document: try document ?? Evaluation(event.data.evidence).json, db)
            }
            try db.execute(sql: "UPDATE evaluation SET invalidated = 0")
            try db.execute(
                sql: """
                    UPDATE evaluation SET invalidated = 1 WHERE id IN (
                        SELECT triggered_id FROM event WHERE type = ? AND source GLOB '/tidegate/*')
                    """,
                arguments: [EvaluationFinished.invalidatedType]
            )
            try db.execute(
                sql: """
                    UPDATE delivery SET due = 0 WHERE parked = 0 AND id IN (
                        SELECT min(id) FROM delivery WHERE parked = 0 GROUP BY project, subscription, lane)
                    """
            )
            try db.execute(
                sql: """
                    DELETE FROM lane_event;
                    INSERT INTO lane_event SELECT lane, position FROM event ORDER BY lane, position;
                    UPDATE indexed SET position = (SELECT coalesce(max(position), 0) FROM event);
                    """
            )
            try Self.rebuildSequences(db)
        }
    }

    /// Copies the journal into a file, while others may use it: SQLite's online backup.
    ///
    /// - Parameters:
    ///   - directory: The data directory.
    ///   - file: The copy; it must not be there yet.
    /// - Throws: ``JournalFailure`` where one can't be read or the other not be written; no half copy stays.
    public static func backup(directory: String, to file: String) throws(JournalFailure) {
        let path = directory + "/" + fileName
        guard !FileManager.default.fileExists(atPath: file) else {
            throw JournalFailure("\(file) is there already; nothing was written")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(30)
            let source = try DatabaseQueue(path: path, configuration: configuration)
            try source.read { try inspect($0, path: path) }
            guard FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600])
            else {
                throw JournalFailure("\(file) can't be made: check that its folder is there and yours")
            }
            try source.backup(to: try DatabaseQueue(path: file))
        } catch let failure as JournalFailure {
            throw failure
        } catch {
            try? FileManager.default.removeItem(atPath: file)
            throw JournalFailure(error, path: file)
        }
    }

    /// Goes through the evaluations as their events say them, in the order of the log.
    private static func forEachEvaluation(
        _ db: Database,
        _ body: (EvaluationRow, CloudEvent<EvaluationFinished>) throws -> Void,
        unreadable: (String) -> Void = { _ in }
    ) throws {
        let events = try Row.fetchCursor(
            db,
            sql: """
                SELECT position, id, lane, body FROM event WHERE type = ? AND source GLOB '/tidegate/*' AND source <> ?
                    AND json_extract(body, '$.data.evidence') IS NOT NULL
                ORDER BY position
                """,
            arguments: [EvaluationFinished.type, Sequencer.source]
        )
        while let row = try events.next() {
            let json: Data = row["body"]
            guard let event = try? JSONDecoder().decode(CloudEvent<EvaluationFinished>.self, from: json) else {
                unreadable(row["id"])
                continue
            }
            try body(try EvaluationRow(event, position: row["position"], lane: row["lane"]), event)
        }
    }
}
