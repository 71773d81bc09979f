import Objectives

/// A verdict as JUnit XML, the form that CI systems show: each objective is a test case, and the verdict is one.
struct JUnitReport {
    /// How a test case ended.
    private enum Outcome: Equatable {
        case passed
        case failed(String)
        case errored(String)
    }

    let text: String

    /// - Parameters:
    ///   - evaluation: What was judged.
    ///   - failsOnWarning: Whether a warning counts as a failure.
    init(_ evaluation: Evaluation, failsOnWarning: Bool) {
        let lane = evaluation.evidence.lane
        let suite = "\(lane.project)/\(lane.stage)/\(lane.service)"
        let isErrored = evaluation.status == .errored
        var cases: [(name: String, outcome: Outcome, details: String)] = evaluation.results.map {
            objective,
            judgement in
            let row = ObjectiveRow(evaluation, objective, judgement)
            let parts = [row.status.rawValue, row.value, row.target.isEmpty ? "" : "target \(row.target)", row.message]
            let outcome: Outcome =
                switch row.status {
                case .pass, .warning, .info: .passed
                case .fail where isErrored && evaluation.observation(of: objective)?.value == nil: .errored(row.message)
                case .fail: .failed(row.message)
                }
            return (row.title, outcome, parts.filter { !$0.isEmpty }.joined(separator: "; "))
        }
        let isRefused = evaluation.verdict == .fail || failsOnWarning && evaluation.verdict == .warning
        let verdict: Outcome =
            isErrored ? .errored(evaluation.reason) : isRefused ? .failed(evaluation.reason) : .passed
        cases.append(("verdict", verdict, evaluation.reason))
        let failures = cases.count { if case .failed = $0.outcome { true } else { false } }
        let errors = cases.count { if case .errored = $0.outcome { true } else { false } }
        let counts = "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"0\""
        text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(counts)>
              <testsuite name="\(suite.xml)" id="\(evaluation.evidence.id.xml)" \(counts)>
            \(cases.map { Self.testCase($0.name, suite: suite, $0.outcome, $0.details) }.joined(separator: "\n"))
              </testsuite>
            </testsuites>

            """
    }

    private static func testCase(_ name: String, suite: String, _ outcome: Outcome, _ details: String) -> String {
        let content =
            switch outcome {
            case .passed: "<system-out>\(details.xml)</system-out>"
            case .failed(let message): "<failure message=\"\(message.xml)\">\(details.xml)</failure>"
            case .errored(let message): "<error message=\"\(message.xml)\">\(details.xml)</error>"
            }
        return "    <testcase classname=\"\(suite.xml)\" name=\"\(name.xml)\">\(content)</testcase>"
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
