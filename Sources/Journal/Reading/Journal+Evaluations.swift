import Events
import Foundation
import GRDB
import Objectives

/// An evaluation in a list.
public struct EvaluationSummary: Codable, Sendable, Equatable {
    public let id: String
    public let position: Int64
    public let time: Timestamp
    public let project: String
    public let stage: String
    public let service: String
    public let result: Verdict
    public let status: Evaluation.Status
    public let score: Double
    public let reason: String
}

/// An evaluation as it is kept: the event that it is, and the verdict as it was given.
public struct StoredEvaluation: Sendable {
    public let evidence: Evidence
    /// The JSON document that was made from the evidence when it was judged.
    public let document: Data
}

extension Journal {
    /// Keeps an event in a transaction of its own, for a program that is not the server.
    public func record(_ event: Event, clock: @Sendable @escaping () -> Timestamp) throws(JournalFailure) {
        try write { db in
            let ledger = try Ledger(db, clock: clock)
            _ = try ledger.record(event)
            try ledger.flush()
        }
    }

    /// What a new evaluation of a lane is compared with: the newest first, without those that could not be evaluated
    /// and those that were invalidated.
    public func baselines(of lane: Lane, _ comparison: Comparison) throws(JournalFailure) -> [Evidence.Baseline] {
        let verdicts = comparison.inclusion.verdicts.map(\.rawValue)
        var arguments: StatementArguments = [lane.project, lane.stage, lane.service]
        arguments += StatementArguments(verdicts)
        arguments += [comparison.limit]
        let sql = """
            SELECT evaluation.id, result, observations FROM evaluation JOIN lane ON lane.id = evaluation.lane
            WHERE project = ? AND stage = ? AND service = ? AND status = 'succeeded' AND invalidated = 0
                AND result IN (\(databaseQuestionMarks(count: verdicts.count)))
            ORDER BY position DESC LIMIT ?
            """
        return try read { [arguments] db in
            try Row.fetchAll(db, sql: sql, arguments: arguments).map(Evidence.Baseline.init(stored:))
        }
    }

    /// The newest evaluations, newest first.
    ///
    /// - Parameters:
    ///   - project: Only those of this project.
    ///   - stage: Only those of this stage.
    ///   - service: Only those of this service.
    ///   - before: Only those older than this position, to go on after a page.
    ///   - countsOnly: Leaves out those that were invalidated.
    ///   - limit: How many at most.
    /// - Returns: A page of the list.
    /// - Throws: ``JournalFailure`` where the file can't be read.
    public func evaluations(
        project: String?,
        stage: String?,
        service: String?,
        before: Int64? = nil,
        countsOnly: Bool = false,
        limit: Int
    ) throws(JournalFailure) -> [EvaluationSummary] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT position, evaluation.id, time, project, stage, service, result, status, score, reason
                    FROM evaluation JOIN lane ON lane.id = evaluation.lane
                    WHERE (:project IS NULL OR project = :project) AND (:stage IS NULL OR stage = :stage)
                        AND (:service IS NULL OR service = :service) AND (:before IS NULL OR position < :before)
                        AND (:counts = 0 OR invalidated = 0)
                    ORDER BY position DESC LIMIT :limit
                    """,
                arguments: [
                    "project": project, "stage": stage, "service": service, "before": before,
                    "counts": countsOnly ? 1 : 0, "limit": limit,
                ]
            )
            .map(EvaluationSummary.init(stored:))
        }
    }

    /// Why the newest evaluation of a lane came to no verdict; nil where it came to one, or there is none.
    public func failedEvaluation(of lane: Lane) throws(JournalFailure) -> String? {
        let body = try read { db in
            try Data.fetchOne(
                db,
                sql: """
                    SELECT body FROM event JOIN lane ON lane.id = event.lane
                    WHERE type = 'sh.keptn.event.evaluation.finished' AND source GLOB '/tidegate/*'
                        AND project = ? AND stage = ? AND service = ? ORDER BY event.position DESC LIMIT 1
                    """,
                arguments: [lane.project, lane.stage, lane.service]
            )
        }
        guard let data = body.flatMap({ JSON(known: Array($0)) })?["data"], data["evidence"] == nil else { return nil }
        return data["message"]?.text ?? ""
    }

    /// The id of the newest evaluation of a run.
    public func lastEvaluation(ofContext context: String) throws(JournalFailure) -> String? {
        try read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT evaluation.id FROM event JOIN evaluation USING (position) WHERE context = ?
                    ORDER BY position DESC LIMIT 1
                    """,
                arguments: [context]
            )
        }
    }

    /// An evaluation by its id, or by the beginning of it where that is at least four characters and names one only.
    public func evaluation(_ id: String) throws(JournalFailure) -> StoredEvaluation? {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT body, document FROM evaluation JOIN event USING (position)
                    WHERE evaluation.id = :id OR (length(:id) >= 4 AND substr(evaluation.id, 1, length(:id)) = :id) LIMIT 2
                    """,
                arguments: ["id": id]
            )
        }
        guard let row = rows.first, rows.count == 1 else { return nil }
        do {
            let body: Data = row["body"]
            let event = try JSONDecoder().decode(CloudEvent<EvaluationFinished>.self, from: body)
            return StoredEvaluation(evidence: event.data.evidence, document: row["document"])
        } catch {
            throw JournalFailure("\(path): the event of evaluation \(id) can't be read")
        }
    }
}

extension Evidence.Baseline {
    fileprivate init(stored row: Row) throws {
        let id: String = row["id"]
        let observations: Data = row["observations"]
        self.init(
            id: id,
            result: try Verdict(stored: row["result"]),
            values: try JSONDecoder().decode([Observation].self, from: observations)
        )
    }
}

extension EvaluationSummary {
    fileprivate init(stored row: Row) throws {
        let status: String = row["status"]
        self.init(
            id: row["id"],
            position: row["position"],
            time: Timestamp(milliseconds: row["time"]),
            project: row["project"],
            stage: row["stage"],
            service: row["service"],
            result: try Verdict(stored: row["result"]),
            status: status == Evaluation.Status.errored.rawValue ? .errored : .succeeded,
            score: row["score"],
            reason: row["reason"]
        )
    }
}

extension Verdict {
    fileprivate init(stored text: String) throws {
        guard let verdict = Verdict(rawValue: text) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "`\(text)` is no result")
        }
        self = verdict
    }
}
