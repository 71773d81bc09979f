import Events
import Foundation
import GRDB
import Workflows

/// Goes through the whole log and makes of it what the events add up to: the measure for what is kept beside them.
struct SequenceFold {
    /// A sequence as its events say it.
    struct Folded {
        let run: Run
        let position: Int64
        let lane: Int64
    }

    /// A document that is applied.
    struct AppliedDocument: Hashable {
        let project: String
        let path: String
        let sha256: String
        let position: Int64
    }

    /// When something has to be decided in a lane, by its id.
    private(set) var due: [Int64: Int64] = [:]
    private var lanes: [Int64: LaneState] = [:]
    /// Where sequences were triggered, lane by lane: an id is one of a kind only in its lane.
    private var positions: [Int64: [String: Int64]] = [:]
    private var cache = DocumentCache()
    private var applied: [[String]: AppliedDocument] = [:]

    /// What is applied in the end.
    var documents: [AppliedDocument] { Array(applied.values) }

    /// Calls the body with each sequence that ended, and then with those that did not.
    mutating func run(_ db: Database, _ body: (Folded) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT event.position, event.lane, received, body, project, stage, service
                FROM event JOIN lane ON lane.id = event.lane ORDER BY event.position
                """
        )
        let reader = EventReader(.init(time: Timestamp(milliseconds: 0)) { "" })
        while let row = try rows.next() {
            let json: Data = row["body"]
            guard let event = try? reader.event(Array(json)) else { continue }
            if let change = cache.take(event) {
                applied[[change.project, change.path]] = change.text.map { _ in
                    AppliedDocument(
                        project: change.project,
                        path: change.path,
                        sha256: change.sha256,
                        position: row["position"]
                    )
                }
            }
            guard event.lane != nil else { continue }
            let id: Int64 = row["lane"]
            let received = Timestamp(milliseconds: row["received"])
            var state =
                lanes[id]
                ?? LaneState(lane: Lane(project: row["project"], stage: row["stage"], service: row["service"]))
            try? state.apply(event, at: received, rules: cache)
            if state.run(event.id) != nil, positions[id]?[event.id] == nil {
                positions[id, default: [:]][event.id] = row["position"]
            }
            for run in state.takeChanges() where !run.isOpen {
                try body(Folded(run: run, position: positions[id]?.removeValue(forKey: run.id) ?? 0, lane: id))
            }
            lanes[id] = state
        }
        for (id, state) in lanes {
            due[id] = state.nextDue?.milliseconds
            for run in state.runs {
                try body(Folded(run: run, position: positions[id]?[run.id] ?? 0, lane: id))
            }
        }
    }
}
