import Documents

extension Remediation {
    /// The keys of a remediation file: the decoder accepts these and the reference documents these.
    public enum Fields {
        public static let apiVersion = Field(
            "apiVersion",
            "`spec.keptn.sh/0.1.4`",
            is: .required,
            "The version of the format."
        )
        public static let kind = Field("kind", "`Remediation`", is: .required, "What the document is.")
        public static let metadata = Field("metadata", "a mapping", "Its `name`.")
        public static let spec = Field("spec", "a mapping", is: .required, "Its `remediations`.")
        public static let all = [apiVersion, kind, metadata, spec]
    }

    /// The keys of `metadata`.
    public enum MetadataFields {
        public static let name = Field("name", "text", "A name.")
        public static let all = [name]
    }

    /// The keys of `spec`.
    public enum SpecFields {
        public static let remediations = Field("remediations", "a list", is: .required, "See below.")
        public static let all = [remediations]
    }

    /// The keys of an entry of `remediations`.
    public enum EntryFields {
        public static let problemType = Field(
            "problemType",
            "text",
            is: .required,
            "The problem's title or root cause; `default` is for any other."
        )
        public static let actionsOnOpen = Field(
            "actionsOnOpen",
            "a list",
            is: .required,
            "What is done, one after the other, until one helps."
        )
        public static let actionsOnClose = Field(
            "actionsOnClose",
            "a list",
            "What undoes it, when the problem resolves or was made worse; beyond Keptn."
        )
        public static let all = [problemType, actionsOnOpen, actionsOnClose]
    }

    /// The keys of an action.
    public enum ActionFields {
        public static let name = Field("name", "text", default: "the `action`", "What people call it.")
        public static let action = Field(
            "action",
            "text",
            is: .required,
            "What kind it is: executors are chosen by it."
        )
        public static let description = Field("description", "text", "What it does.")
        public static let value = Field("value", "anything", "Handed on as it is.")
        public static let all = [name, action, description, value]
    }
}
