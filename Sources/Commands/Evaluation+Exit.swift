import ArgumentParser
import Objectives

extension Evaluation {
    /// Ends the program as the verdict says.
    ///
    /// - Throws: the exit code, unless it is 0.
    func exit(failOnWarning: Bool) throws {
        Terminal.complain(warnings.map { "tidegate: warning: \($0)" })
        if status == .errored {
            throw Failure(code: .unavailable, lines: evidence.failures.map { "tidegate: error: \($0)" })
        }
        switch verdict {
        case .pass: break
        case .warning where !failOnWarning: break
        case .warning:
            throw Failure(code: .refused, lines: ["tidegate: a warning counts as a failure here (--fail-on warning)"])
        case .fail: throw ExitCode(Failure.Code.refused.rawValue)
        }
    }
}
