import Events
import Foundation
import GRDB
import Objectives
import Workflows

/// What the table of evaluations holds of an event `evaluation.finished`: a function of the event, but for the document,
/// which is the verdict as it was given.
struct EvaluationRow: Equatable {
    let position: Int64
    let id: String
    let lane: Int64
    let result: String
    let status: String
    let score: Double
    let reason: String
    let time: Int64
    let observations: Data

    init(_ event: CloudEvent<EvaluationFinished>, position: Int64, lane: Int64) throws {
        self.position = position
        self.lane = lane
        id = event.id
        result = event.data.result.rawValue
        status = event.data.status.rawValue
        score = event.data.evaluation.score
        reason = event.data.message
        time = event.time.milliseconds
        observations = try JSONEncoder.stored.encode(event.data.evidence.observations)
    }

    /// Takes in an event: an evaluation of ours, or that one does not count any more. Others change nothing.
    static func project(_ event: Event, position: Int64, lane: Int64, _ db: Database) throws {
        guard Sequencer.isReserved(event.source) else { return }
        switch event.type {
        // One that could not be evaluated for want of an SLO or a provider has no evidence, and is no evaluation.
        case EvaluationFinished.type where event.source != Sequencer.source && event.data["evidence"] != nil:
            let decoded = try JSONDecoder().decode(CloudEvent<EvaluationFinished>.self, from: Data(event.body))
            try EvaluationRow(decoded, position: position, lane: lane)
                .save(document: try Evaluation(decoded.data.evidence).json, db)
        case EvaluationFinished.invalidatedType:
            try db.execute(sql: "UPDATE evaluation SET invalidated = 1 WHERE id = ?", arguments: [event.triggeredID])
        default: return
        }
    }

    /// As it stands in the table.
    init(stored row: Row) {
        position = row["position"]
        id = row["id"]
        lane = row["lane"]
        result = row["result"]
        status = row["status"]
        score = row["score"]
        reason = row["reason"]
        time = row["time"]
        observations = row["observations"]
    }

    /// Puts it into the table, in the place of what may be there.
    func save(document: Data, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO evaluation (position, id, lane, result, status, score, reason, time, observations, document)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (position) DO UPDATE SET id = excluded.id, lane = excluded.lane, result = excluded.result,
                    status = excluded.status, score = excluded.score, reason = excluded.reason, time = excluded.time,
                    observations = excluded.observations, document = excluded.document
                """,
            arguments: [position, id, lane, result, status, score, reason, time, observations, document]
        )
    }

    /// The names of what differs in another one.
    func differences(from other: EvaluationRow) -> [String] {
        [
            ("id", id == other.id), ("lane", lane == other.lane), ("result", result == other.result),
            ("status", status == other.status), ("score", score == other.score), ("reason", reason == other.reason),
            ("time", time == other.time), ("observations", observations == other.observations),
        ].filter { !$0.1 }.map(\.0)
    }
}

extension JSONEncoder {
    /// The same bytes for the same value.
    static var stored: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
