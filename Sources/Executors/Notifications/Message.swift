import Events
import Foundation
import Objectives
import Workflows

/// What an event says to people: a heading, and what there is to say under it, in Markdown.
struct Message: Sendable, Equatable {
    let title: String
    let lines: [String]
    let markdown: String

    init(_ event: Event) {
        let data = event.data
        let lane = event.lane.map { "\($0.project)/\($0.stage)/\($0.service)" } ?? ""
        let result = data["result"]?.text
        title = ["\(Self.symbol(result)) \(Self.subject(event))", result ?? "", lane].filter { !$0.isEmpty }
            .joined(separator: " · ")
        var lines: [String] = []
        if let message = data["message"]?.text, !message.isEmpty { lines.append(message) }
        if let reason = data["escalation"]?["reason"]?.text { lines.append(reason) }
        if let problem = Problem(data) { lines.append("problem: \(problem.title)") }
        if let action = data[Sequencer.action]?["name"]?.text { lines.append("action: \(action)") }
        lines.append("context \(event.context)")
        self.lines = lines
        markdown =
            Self.verdict(event) ?? ["### \(title.markdownEscaped)", ""].joined(separator: "\n")
            + lines.map(\.markdownEscaped).joined(separator: "\n\n") + "\n"
    }

    /// A verdict is told with its table.
    private static func verdict(_ event: Event) -> String? {
        guard event.type == EvaluationFinished.type,
            let decoded = try? JSONDecoder().decode(CloudEvent<EvaluationFinished>.self, from: Data(event.body)),
            let evaluation = try? Evaluation(decoded.data.evidence)
        else { return nil }
        return MarkdownReport(evaluation).text
    }

    private static func subject(_ event: Event) -> String {
        switch EventKind(event.type) {
        case .sequenceTriggered(let stage, let sequence): "\(stage).\(sequence) triggered"
        case .sequenceFinished(let stage, let sequence): "\(stage).\(sequence) finished"
        case .taskTriggered(let task): "\(task) triggered"
        case .taskStarted(let task): "\(task) started"
        case .taskStatusChanged(let task): "\(task) goes on"
        case .taskFinished(let task): "\(task) finished"
        default: event.type
        }
    }

    private static func symbol(_ result: String?) -> String {
        switch result {
        case "pass": "✅"
        case "warning": "⚠️"
        case "fail": "❌"
        default: "ℹ️"
        }
    }
}

/// Blocks for Slack's incoming webhooks. <https://api.slack.com/reference/block-kit/blocks>
struct SlackMessage {
    let json: JSON

    init(_ message: Message) {
        let text = message.lines.map(Self.escaped).joined(separator: "\n")
        json = [
            "text": .text(Self.escaped(message.title)),
            "blocks": [
                ["type": "header", "text": ["type": "plain_text", "text": .text(String(message.title.prefix(150)))]],
                ["type": "section", "text": ["type": "mrkdwn", "text": .text(String(text.prefix(2900)))]],
            ],
        ]
    }

    /// What would mention somebody, or link.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

/// An adaptive card for a Teams workflow. <https://adaptivecards.io/explorer/>, version 1.4.
struct TeamsMessage {
    let json: JSON

    init(_ message: Message) {
        let title: JSON = [
            "type": "TextBlock", "text": .text(message.title.markdownEscaped), "size": "Large", "weight": "Bolder",
            "wrap": true,
        ]
        let lines = message.lines.map { line -> JSON in
            ["type": "TextBlock", "text": .text(line.markdownEscaped), "wrap": true]
        }
        let card: JSON = [
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "body": .array([title] + lines),
        ]
        json = [
            "type": "message",
            "attachments": [["contentType": "application/vnd.microsoft.card.adaptive", "content": card]],
        ]
    }
}
