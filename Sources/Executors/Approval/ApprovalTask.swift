import Events
import Workflows

/// The approval task: lets a release through by itself where its shipyard says so, or waits for a person.
///
/// Keptn's approval-service: `properties: {pass: automatic|manual, warning: automatic|manual}`, manual by default, against
/// the result of what was done before; a failure is declined.
///
/// It does nothing but decide: so it is answered in the transaction that triggers it.
public enum ApprovalTask {
    /// - Parameters:
    ///   - event: The task's triggered event.
    ///   - time: When it is answered.
    /// - Returns: That it has begun, and where nobody is asked, how it ended; nothing for another task.
    public static func answer(_ event: Event, at time: Timestamp) -> [Event] {
        guard event.source == Sequencer.source, EventKind(event.type) == .taskTriggered(Sequencer.approval) else {
            return []
        }
        let data = event.data
        let started = event.answer("started", at: time, data: .emptyObject)
        let begun = event.answer("started", at: time, data: ["approval": ["automatic": true]])
        let result = data["result"]?.text.map { Verdict(rawValue: $0) ?? .fail } ?? .pass
        switch result {
        case .fail: return [begun, finished(event, at: time, .fail, "declined: what was done before has failed")]
        case .pass where isAutomatic("pass", data), .warning where isAutomatic("warning", data):
            return [
                begun,
                finished(
                    event,
                    at: time,
                    result,
                    "approved automatically, as the shipyard says for \(result.rawValue)"
                ),
            ]
        case .pass, .warning: return [started]
        }
    }

    private static func isAutomatic(_ result: String, _ data: JSON) -> Bool {
        data[Sequencer.approval]?[result]?.text == "automatic"
    }

    private static func finished(_ event: Event, at time: Timestamp, _ result: Verdict, _ message: String) -> Event {
        event.answer(
            "finished",
            at: time,
            data: ["status": "succeeded", "result": .text(result.rawValue), "message": .text(message)]
        )
    }
}
