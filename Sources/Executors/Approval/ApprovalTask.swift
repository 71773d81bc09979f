import Events
import Workflows

/// The approval task: lets a release through by itself where its shipyard says so, or waits for a person.
///
/// Keptn's approval-service: `properties: {pass: automatic|manual, warning: automatic|manual}`, manual by default, against
/// the result of what was done before; a failure is declined.
enum ApprovalTask {
    /// - Returns: That it has begun, and where nobody is asked, how it ended.
    static func answer(_ event: Event) -> [Event] {
        let data = event.data
        let started = event.answer("started", data: .emptyObject)
        let begun = event.answer("started", data: ["approval": ["automatic": true]])
        let result = data["result"]?.text.map { Verdict(rawValue: $0) ?? .fail } ?? .pass
        switch result {
        case .fail: return [begun, finished(event, .fail, "declined: what was done before has failed")]
        case .pass where isAutomatic("pass", data), .warning where isAutomatic("warning", data):
            return [
                begun, finished(event, result, "approved automatically, as the shipyard says for \(result.rawValue)"),
            ]
        case .pass, .warning: return [started]
        }
    }

    private static func isAutomatic(_ result: String, _ data: JSON) -> Bool {
        data[Sequencer.approval]?[result]?.text == "automatic"
    }

    private static func finished(_ event: Event, _ result: Verdict, _ message: String) -> Event {
        event.answer(
            "finished",
            data: ["status": "succeeded", "result": .text(result.rawValue), "message": .text(message)]
        )
    }
}
