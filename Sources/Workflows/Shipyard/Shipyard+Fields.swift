import Documents

extension Shipyard {
    /// The keys of a shipyard file, part by part: the decoder accepts these and the reference documents these.
    public enum Fields {
        public static let apiVersion = Field(
            "apiVersion",
            "`spec.keptn.sh/0.2.0` to `0.2.3`",
            is: .required,
            "The version of the format."
        )
        public static let kind = Field("kind", "`Shipyard`", is: .required, "What the document is.")
        public static let metadata = Field("metadata", "a mapping", "The shipyard's `name`.")
        public static let spec = Field("spec", "a mapping", is: .required, "Its `stages`.")
        public static let all = [apiVersion, kind, metadata, spec]
    }

    /// The keys of `metadata`.
    public enum MetadataFields {
        public static let name = Field("name", "text", "The shipyard's name.")
        public static let all = [name]
    }

    /// The keys of `spec`.
    public enum SpecFields {
        public static let stages = Field("stages", "a list", is: .required, "The stages, in the order of delivery.")
        public static let all = [stages]
    }

    /// The keys of a stage.
    public enum StageFields {
        private static let advice = "properties of a task say what they said in 0.1"

        public static let name = Field("name", "text", is: .required, "The stage's name.")
        public static let sequences = Field(
            "sequences",
            "a list",
            "What can be done in it. Every stage has the sequence `evaluation`, whether it is written or not."
        )
        public static let deploymentStrategy = Field(
            "deployment_strategy",
            "anything",
            is: .ignored(advice: advice),
            "Has no effect."
        )
        public static let testStrategy = Field(
            "test_strategy",
            "anything",
            is: .ignored(advice: advice),
            "Has no effect."
        )
        public static let remediationStrategy = Field(
            "remediation_strategy",
            "anything",
            is: .ignored(advice: advice),
            "Has no effect."
        )
        public static let all = [name, sequences, deploymentStrategy, testStrategy, remediationStrategy]
    }

    /// The keys of a sequence.
    public enum SequenceFields {
        public static let name = Field("name", "text", is: .required, "The sequence's name.")
        public static let triggeredOn = Field("triggeredOn", "a list", "What makes it start by itself.")
        public static let triggers = Field(
            "triggers",
            "a list of events",
            "The older form of `triggeredOn`; read with a warning."
        )
        public static let tasks = Field("tasks", "a list", "What is done, in this order.")
        public static let all = [name, triggeredOn, triggers, tasks]
    }

    /// The keys of an item of `triggeredOn`.
    public enum TriggerFields {
        public static let event = Field(
            "event",
            "`STAGE.SEQUENCE.finished`",
            is: .required,
            "The sequence whose end starts this one."
        )
        public static let selector = Field(
            "selector",
            "a mapping",
            default: "a pass or a warning",
            "With which result it does."
        )
        public static let all = [event, selector]
    }

    /// The keys of `selector`.
    public enum SelectorFields {
        public static let match = Field(
            "match",
            "`result: pass`, `warning` or `fail`; or `TASK.result: …`",
            is: .required,
            "The result of the sequence, or of one of its tasks."
        )
        public static let result = Field(
            "result",
            "anything",
            is: .refused(
                advice: "indent it, so that it stands under `match`; here it is not looked at, and any pass would fire"
            ),
            "An error of indentation."
        )
        public static let all = [match, result]
    }

    /// The keys of a task.
    public enum TaskFields {
        public static let name = Field("name", "text", is: .required, "The task's name, and its events' type.")
        public static let triggeredAfter = Field(
            "triggeredAfter",
            "a duration such as `10m`",
            "How long to wait before it is triggered."
        )
        public static let properties = Field(
            "properties",
            "a mapping",
            "Handed to whoever carries it out, under the task's name."
        )
        public static let triggerAfter = Field(
            "triggerAfter",
            "anything",
            is: .refused(advice: "it is called `triggeredAfter`; Keptn did not wait at all"),
            "A misspelling."
        )
        public static let triggeredOn = Field(
            "triggeredOn",
            "anything",
            is: .refused(advice: "sequences are triggered, not tasks; move it beside `tasks`"),
            "An error of indentation."
        )
        public static let timeout = Field(
            "timeout",
            "a duration such as `10m`",
            "How long it may take from being triggered to its end. Nobody's starting it ends it after 10 minutes anyway."
        )
        public static let retries = Field(
            "retries",
            "a whole number from 0 to 10",
            default: "`0`",
            "How often it is tried again after it failed."
        )
        public static let backoff = Field(
            "backoff",
            "a duration such as `30s`",
            default: "`10s`",
            "How long to wait before it is tried again; twice as long each time."
        )
        public static let continueOnFailure = Field(
            "continueOnFailure",
            "`true` or `false`",
            default: "`false`",
            "Whether the sequence goes on after it failed, as if it had not been there."
        )
        public static let when = Field(
            "when",
            "`result: pass`, `warning` or `fail`; or `TASK.result: …`",
            default: "as long as nothing failed",
            "With which result so far it is done, after a failure too."
        )

        /// Those of a task inside a parallel group: the condition is the group's.
        public static let ofGroup = [
            name, triggeredAfter, properties, timeout, retries, backoff, continueOnFailure, triggerAfter, triggeredOn,
        ]
        public static let all = ofGroup + [when]
    }

    /// The keys of an item of `tasks` that is a group.
    public enum GroupFields {
        public static let parallel = Field(
            "parallel",
            "a list of tasks",
            is: .required,
            "Tasks that are done at the same time; what follows waits for all of them."
        )
        public static let when = TaskFields.when
        public static let all = [parallel, when]
    }
}
