import Events
import Objectives

extension Verdict {
    /// The objective's status that means the same.
    var status: ObjectiveJudgement.Status {
        switch self {
        case .pass: .pass
        case .warning: .warning
        case .fail: .fail
        }
    }
}
