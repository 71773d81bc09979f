import Events
import Executors
import Foundation
import Journal
import Workflows

extension Orchestrator {
    /// What became of an alert.
    public struct TakenAlert: Sendable {
        public let alert: Alert
        /// Nil where no project says what it is about.
        public let lane: Lane?
        public let receipt: Receipt
    }

    /// Takes alerts in: each is kept, and what fires is done something about where its project says what it is about.
    ///
    /// An alert is told again and again; its fingerprint, its beginning and its status say which one it is. What was held
    /// back is begun when it is told again and may begin.
    ///
    /// - Parameters:
    ///   - alerts: What fires, and what does not any more.
    ///   - projects: Only those are asked; nil for all.
    ///   - actor: Who tells of them.
    /// - Returns: What became of each, one for each project that it is about.
    /// - Throws: ``JournalFailure`` where they can't be kept; then none is.
    public func take(_ alerts: [Alert], for projects: Set<String>?, by actor: String) async throws -> [TakenAlert] {
        try await write { ledger in
            var taken: [TakenAlert] = []
            let known = ledger.documents.projectFiles.filter { projects?.contains($0.name) ?? true }
            for alert in alerts {
                let lanes = known.compactMap { name, project in
                    project.alerts.lazy.compactMap { $0.lane(of: alert.labels, in: name) }.first
                }
                for lane in lanes {
                    taken.append(
                        TakenAlert(alert: alert, lane: lane, receipt: try ledger.take(alert, in: lane, by: actor))
                    )
                }
                if lanes.isEmpty {
                    let receipt = try ledger.take(alert.unmatched(at: ledger.now, by: actor))
                    taken.append(TakenAlert(alert: alert, lane: nil, receipt: receipt))
                }
            }
            return taken
        }
    }
}

extension Ledger {
    /// How often an alert that was held back is looked at anew.
    private static let attempts = 1000

    fileprivate func take(_ alert: Alert, in lane: Lane, by actor: String) throws -> Receipt {
        let context = alert.context(in: lane)
        guard alert.isFiring else { return try take(alert.resolved(context, lane, at: now, by: actor)) }
        // Told too late, or by another Alertmanager: what is no more needs nothing.
        let resolved = alert.resolved(context, lane, at: now, by: actor)
        if try isKnown(resolved) { return try record(resolved) }
        for attempt in 0..<Self.attempts {
            let event = alert.triggered(context, lane, attempt: attempt, at: now, by: actor)
            let isHeldBack = try wasHeldBack(event.id, from: event.source)
            // Told again, and still not to be begun: nothing new.
            if isHeldBack, try state(of: lane).holdReason(at: now, rules: documents) == nil { continue }
            return try take(event)
        }
        return try take(alert.triggered(context, lane, attempt: Self.attempts, at: now, by: actor))
    }
}

extension Alert {
    private var key: String { "\(fingerprint)\n\(startsAt)" }

    /// All that is done about it, and its end, belong together.
    fileprivate func context(in lane: Lane) -> String {
        DerivedID.make("alert \(lane.project)/\(lane.stage)/\(lane.service)", from: key)
    }

    /// Keptn's problem event.
    fileprivate func triggered(_ context: String, _ lane: Lane, attempt: Int, at time: Timestamp, by actor: String)
        -> Event
    {
        Event(
            type: "\(Event.keptnPrefix)\(lane.stage).\(Sequencer.remediation).triggered",
            id: DerivedID.make("firing \(attempt)", from: context),
            source: Sequencer.alertSource,
            time: time,
            context: context,
            extensions: [("actor", actor)],
            lane: lane,
            data: data(lane, state: "OPEN")
        )
    }

    fileprivate func resolved(_ context: String, _ lane: Lane, at time: Timestamp, by actor: String) -> Event {
        Event(
            type: ProblemEvents.resolvedType,
            id: DerivedID.make("resolved", from: context),
            source: Sequencer.alertSource,
            time: time,
            context: context,
            extensions: [("actor", actor)],
            lane: lane,
            data: data(lane, state: "RESOLVED")
        )
    }

    /// Kept, so that it can be seen that no project knows it.
    fileprivate func unmatched(at time: Timestamp, by actor: String) -> Event {
        Event(
            type: "dev.tidegate.alert.unmatched",
            id: DerivedID.make("unmatched \(isFiring)", from: key),
            source: Sequencer.alertSource,
            time: time,
            context: DerivedID.make("unmatched", from: key),
            extensions: [("actor", actor)],
            lane: nil,
            data: ["labels": .object(labels.mapValues { .text($0) })]
        )
    }

    private func data(_ lane: Lane, state: String) -> JSON {
        let tags = labels.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ", ")
        let details: JSON = [
            "startsAt": .text(startsAt), "annotations": .object(annotations.mapValues { .text($0) }),
        ]
        return [
            "project": .text(lane.project), "stage": .text(lane.stage), "service": .text(lane.service),
            "labels": .object(labels.mapValues { .text($0) }),
            "problem": [
                "State": .text(state), "ProblemTitle": .text(name), "ProblemID": .text(fingerprint),
                "PID": .text(fingerprint),
                "ImpactedEntity": .text(lane.service), "Tags": .text(tags), "ProblemURL": .text(generatorURL),
                "ProblemDetails": details,
            ],
        ]
    }
}
