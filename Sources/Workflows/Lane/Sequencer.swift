import Events

/// The names by which the sequencer speaks.
public enum Sequencer {
    /// Of events that the sequencer decided; nobody else may use it.
    public static let source = "/tidegate/sequencer"
    /// Of what a person said to a sequence; nobody else may use it.
    public static let operatorSource = "/tidegate/operator"
    /// Of what the built-in executors do.
    public static let executorSource = "/tidegate/executor"

    /// Of alerts that were taken in.
    public static let alertSource = "/tidegate/alertmanager"

    /// The task that waits for a person.
    public static let approval = "approval"
    public static let evaluation = "evaluation"
    /// The task that chooses what is done about a problem.
    public static let getAction = "get-action"
    /// The task that does it.
    public static let action = "action"

    /// The task that brings back what was last judged well.
    public static let rollback = "rollback"

    /// The sequence that does something about a problem: Keptn's name for it.
    public static let remediation = "remediation"
    public static let undo = "remediation-undo"
    public static let escalation = "escalation"

    /// Whether Tidegate itself carries a task out.
    public static func isBuiltIn(_ task: String) -> Bool { [approval, evaluation, getAction].contains(task) }

    /// Sources that nobody may use from outside.
    public static func isReserved(_ source: String) -> Bool { source.hasPrefix("/tidegate/") }
}
