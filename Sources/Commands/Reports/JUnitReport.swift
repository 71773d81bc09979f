import Objectives

/// A verdict as JUnit XML, the form that CI systems show: each objective is a test case, and the verdict is one.
struct JUnitReport {
    let text: String

    /// - Parameters:
    ///   - evaluation: What was judged.
    ///   - failsOnWarning: Whether a warning counts as a failure.
    init(_ evaluation: Evaluation, failsOnWarning: Bool) {
        let lane = evaluation.evidence.lane
        let suite = "\(lane.project)/\(lane.stage)/\(lane.service)"
        var cases: [String] = []
        for (objective, judgement) in evaluation.results {
            let row = ObjectiveRow(evaluation, objective, judgement)
            let summary = [row.value, row.target.isEmpty ? "" : "target \(row.target)", row.message]
                .filter { !$0.isEmpty }.joined(separator: "; ")
            let content =
                row.status == .fail
                ? "<failure message=\"\(row.message.xml)\">\(summary.xml)</failure>"
                : "<system-out>\(row.status.rawValue): \(summary.xml)</system-out>"
            cases.append(Self.testCase(row.title, suite: suite, content))
        }
        let failures = evaluation.results.count { $0.judgement.status == .fail }
        let isErrored = evaluation.status == .errored
        let isRefused = !isErrored && (evaluation.verdict == .fail || failsOnWarning && evaluation.verdict == .warning)
        let verdict =
            isErrored
            ? "<error message=\"\(evaluation.reason.xml)\"/>"
            : isRefused
                ? "<failure message=\"\(evaluation.reason.xml)\"/>"
                : "<system-out>\(evaluation.reason.xml)</system-out>"
        cases.append(Self.testCase("verdict", suite: suite, verdict))
        let counts =
            "tests=\"\(cases.count)\" failures=\"\(failures + (isRefused ? 1 : 0))\" errors=\"\(isErrored ? 1 : 0)\" skipped=\"0\""
        text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(counts)>
              <testsuite name="\(suite.xml)" id="\(evaluation.evidence.id.xml)" \(counts)>
            \(cases.joined(separator: "\n"))
              </testsuite>
            </testsuites>

            """
    }

    private static func testCase(_ name: String, suite: String, _ content: String) -> String {
        "    <testcase classname=\"\(suite.xml)\" name=\"\(name.xml)\">\(content)</testcase>"
    }
}

extension String {
    /// Escaped, and without what XML 1.0 can't hold.
    fileprivate var xml: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            default:
                let isForbidden = scalar.value < 0x20 && scalar != "\t" || [0xFFFE, 0xFFFF].contains(scalar.value)
                if !isForbidden { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
