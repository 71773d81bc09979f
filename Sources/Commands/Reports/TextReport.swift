import Documents
import Objectives

/// A verdict for a person at a terminal, at most 80 columns wide.
struct TextReport {
    private static let width = 80

    let text: String

    init(_ evaluation: Evaluation, hasColor: Bool) {
        let evidence = evaluation.evidence
        let paint = Paint(isOn: hasColor)
        let rows = evaluation.results.map { ObjectiveRow(evaluation, $0.objective, $0.judgement) }
        let isErrored = evaluation.status == .errored
        let verdict = isErrored ? "ERRORED" : evaluation.verdict.rawValue.uppercased()
        let score = isErrored ? "" : "  \(evaluation.score.short) %"
        let lane = "\(evidence.lane.project)/\(evidence.lane.stage)/\(evidence.lane.service)".abbreviated
        var lines = [
            paint(verdict, evaluation.verdict.status) + "\(score)  \(lane)",
            "\(evidence.window.start) to \(evidence.window.end)",
            "",
        ]
        lines += Self.table(rows, paint) + [""]
        lines += evaluation.reason.printable.wrapped(Self.width)
        for warning in evaluation.warnings { lines += "warning: \(warning.printable)".wrapped(Self.width) }
        for trace in evidence.exemplars ?? [] {
            lines.append(
                "trace \(trace.url ?? trace.traceID) (\(trace.metric.abbreviated) \(trace.value.short))".printable
            )
        }
        lines.append("id \(evidence.id)")
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func table(_ rows: [ObjectiveRow], _ paint: Paint) -> [String] {
        var table = TextTable(columns: [.left, .left, .right, .right, .left, .right])
        table.add(["", "OBJECTIVE", "VALUE", "CHANGE", "TARGET", "POINTS"])
        for row in rows {
            table.add([row.status.rawValue, row.title, row.value, row.change, row.target, row.points])
        }
        var fitted = TextTable(columns: [.left, .left, .right, .right, .left, .right])
        let widths = table.widths
        let fixed = widths[0] + widths[2] + widths[3] + widths[5] + 10
        let title = min(widths[1], max(26, width - fixed - widths[4]))
        let target = max(8, width - fixed - title)
        fitted.add(["", "OBJECTIVE", "VALUE", "CHANGE", "TARGET", "POINTS"])
        for row in rows {
            fitted.add([
                row.status.rawValue, row.title.cut(title), row.value, row.change, row.target.cut(target), row.points,
            ])
        }
        return zip(fitted.lines, [nil] + rows.map(\.status)).map { line, status in
            guard let status else { return line }
            return paint(String(line.prefix(status.rawValue.count)), status) + line.dropFirst(status.rawValue.count)
        }
    }
}

/// Colours words by what they say, where colours are on.
private struct Paint {
    let isOn: Bool

    func callAsFunction(_ text: String, _ status: ObjectiveJudgement.Status) -> String {
        guard isOn else { return text }
        let code =
            switch status {
            case .pass: "32"
            case .warning: "33"
            case .fail: "31"
            case .info: "2"
            }
        return "\u{1B}[1;\(code)m\(text)\u{1B}[0m"
    }
}

extension String {
    fileprivate func cut(_ width: Int) -> String { count <= width ? self : prefix(width - 1) + "…" }

    /// In lines of at most so many characters, broken at spaces.
    fileprivate func wrapped(_ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            // A line that begins with `::` is a command to some CI systems.
            if !line.isEmpty, line.count + word.count + 1 > width, !word.hasPrefix("::") {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }
}
