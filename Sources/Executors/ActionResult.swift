import Events
import Workflows

/// What an attempt at a task came to.
public struct ActionResult: Sendable, Equatable {
    public var outcome: Outcome
    /// What later tasks are told, under the task's name.
    public var data: JSON
    /// What was said on the way; kept in the finished event and not handed on.
    public var output: JSON?

    public init(_ status: Status, _ result: Verdict, _ message: String, data: JSON = .emptyObject, output: JSON? = nil)
    {
        outcome = Outcome(status: status, result: result, message: message)
        self.data = data
        self.output = output
    }

    static func failed(_ message: String, output: JSON? = nil) -> ActionResult {
        ActionResult(.errored, .fail, message, output: output)
    }

    static func passed(_ message: String, data: JSON = .emptyObject, output: JSON? = nil) -> ActionResult {
        ActionResult(.succeeded, .pass, message, data: data, output: output)
    }
}
