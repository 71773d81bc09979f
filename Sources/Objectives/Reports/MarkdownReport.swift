import Documents
import Events

/// A verdict as a comment on a pull request: GitHub's Markdown, which GitLab and Forgejo read too.
public struct MarkdownReport: Sendable {
    public let text: String

    public init(_ evaluation: Evaluation) {
        let evidence = evaluation.evidence
        let lane = evidence.lane
        let verdict = evaluation.status == .errored ? "errored" : evaluation.verdict.rawValue
        var lines = [
            "### \(evaluation.verdict.status.symbol) \(verdict): \(lane.project.markdownEscaped)/\(lane.stage.markdownEscaped)/\(lane.service.markdownEscaped)",
            "",
            evaluation.reason.markdownEscaped,
            "",
            "| | objective | value | change | target | points |",
            "|---|---|---:|---:|---|---:|",
        ]
        for (objective, judgement) in evaluation.results {
            let row = ObjectiveRow(evaluation, objective, judgement)
            let cells = [
                "\(row.status.symbol) \(row.status.rawValue)", row.title.markdownEscaped, row.value, row.change,
                row.target.code,
                row.points,
            ]
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        lines +=
            evaluation.warnings.isEmpty ? [] : [""] + evaluation.warnings.map { "> warning: \($0.markdownEscaped)" }
        let traces = evaluation.evidence.exemplars ?? []
        if !traces.isEmpty {
            lines +=
                [""]
                + traces.map { trace in
                    let id = trace.traceID.markdownEscaped
                    let link = trace.url.map { "[\(id)](<\($0.replacing(">", with: "%3E"))>)" } ?? id
                    return "- trace \(link): \(trace.metric.markdownEscaped) \(trace.value.short)"
                }
        }
        lines += [
            "", "<sub>\(evidence.window.start) to \(evidence.window.end) · id \(evidence.id)</sub>",
        ]
        text = lines.joined(separator: "\n") + "\n"
    }
}

extension ObjectiveJudgement.Status {
    fileprivate var symbol: String {
        switch self {
        case .pass: "✅"
        case .warning: "⚠️"
        case .fail: "❌"
        case .info: "ℹ️"
        }
    }
}

extension Verdict {
    /// The objective's status that means the same.
    public var status: ObjectiveJudgement.Status {
        switch self {
        case .pass: .pass
        case .warning: .warning
        case .fail: .fail
        }
    }
}

extension String {
    /// As text, whatever Markdown or HTML it holds; no one is mentioned by it.
    public var markdownEscaped: String {
        var result = ""
        for character in printable.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "@": result += "&#64;"
            case "#": result += "&#35;"
            case "|", "*", "_", "`", "[", "]", "\\", "~", "!": result += "\\\(character)"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    fileprivate var code: String {
        isEmpty ? "" : "`" + replacing("`", with: "'").replacing("|", with: "\\|") + "`"
    }
}
