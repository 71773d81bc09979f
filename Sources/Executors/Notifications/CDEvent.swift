import Events
import Workflows

/// What an event means in CDEvents. <https://cdevents.dev>, specification 0.6.0.
///
/// A sequence is a pipeline run, a task a task run, a problem an incident. Others have no meaning there.
struct CDEvent {
    let json: JSON

    private static let version = "0.6.0-draft"

    init?(_ event: Event) {
        let data = event.data
        let lane = event.lane
        let name: String
        let id: String
        var content: JSON
        switch EventKind(event.type) {
        case .sequenceTriggered(_, Sequencer.remediation) where Problem(data) != nil:
            name = "incident.detected"
            id = event.context
            content = Self.incident(data, lane)
        case .problemResolved:
            name = "incident.resolved"
            id = event.context
            content = Self.incident(data, lane)
        case .sequenceTriggered(let stage, let sequence):
            name = "pipelinerun.queued"
            id = event.id
            content = ["pipelineName": .text("\(stage).\(sequence)")]
        case .sequenceFinished(let stage, let sequence):
            name = "pipelinerun.finished"
            id = event.triggeredID ?? event.id
            content = ["pipelineName": .text("\(stage).\(sequence)"), "outcome": .text(Self.outcome(data))]
            content["errors"] = Self.errors(data)
        case .taskStarted(let task):
            name = "taskrun.started"
            id = event.triggeredID ?? event.id
            content = ["taskName": .text(task)]
        case .taskFinished(let task):
            name = "taskrun.finished"
            id = event.triggeredID ?? event.id
            content = ["taskName": .text(task), "outcome": .text(Self.outcome(data))]
            content["errors"] = Self.errors(data)
        default: return nil
        }
        json = [
            "context": [
                "specversion": .text(Self.version), "id": .text(event.id), "chainId": .text(event.context),
                "source": .text(event.source), "type": .text("dev.cdevents.\(name).0.3.0"),
                "timestamp": .text(event.time.description),
            ],
            "subject": ["id": .text(id), "source": .text(event.source), "content": content],
        ]
    }

    private static func outcome(_ data: JSON) -> String {
        switch (data["status"]?.text, data["result"]?.text) {
        case ("aborted", _): "cancel"
        case ("errored", _), ("unknown", _): "error"
        case (_, "fail"): "failure"
        default: "success"
        }
    }

    private static func errors(_ data: JSON) -> JSON? {
        guard data["result"] == "fail", let message = data["message"]?.text, !message.isEmpty else { return nil }
        return .text(message)
    }

    private static func incident(_ data: JSON, _ lane: Lane?) -> JSON {
        [
            "description": .text(Problem(data)?.title ?? ""), "environment": ["id": .text(lane?.stage ?? "unknown")],
            "service": ["id": .text(lane?.service ?? "unknown")],
        ]
    }
}
