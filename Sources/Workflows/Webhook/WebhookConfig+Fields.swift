import Documents

extension WebhookConfig {
    /// The keys of a webhook file: the decoder accepts these and the reference documents these.
    public enum Fields {
        public static let apiVersion = Field(
            "apiVersion",
            "`webhookconfig.keptn.sh/v1beta1` or `v1alpha1`",
            default: "v1beta1, with a warning",
            "The version of the format."
        )
        public static let kind = Field("kind", "`WebhookConfig`", is: .required, "What the document is.")
        public static let metadata = Field("metadata", "a mapping", "Its `name`.")
        public static let spec = Field("spec", "a mapping", is: .required, "Its `webhooks`.")
        public static let all = [apiVersion, kind, metadata, spec]
    }

    /// The keys of `metadata`.
    public enum MetadataFields {
        public static let name = Field("name", "text", "A name.")
        public static let all = [name]
    }

    /// The keys of `spec`.
    public enum SpecFields {
        public static let webhooks = Field("webhooks", "a list", is: .required, "See below.")
        public static let all = [webhooks]
    }

    /// The keys of a webhook.
    public enum WebhookFields {
        public static let type = Field(
            "type",
            "an event type",
            is: .required,
            "What it is for; `>` at the end stands for the rest."
        )
        public static let subscriptionID = Field("subscriptionID", "text", "Keptn's id for it; shown.")
        public static let sendStarted = Field(
            "sendStarted",
            "true or false",
            default: "true",
            "Whether a task is answered with a started event."
        )
        public static let sendFinished = Field(
            "sendFinished",
            "true or false",
            default: "false",
            "Whether it is answered with a finished event, too; else whoever was called sends that."
        )
        public static let envFrom = Field("envFrom", "a list", "Secrets that templates call `{{.env.NAME}}`.")
        public static let requests = Field(
            "requests",
            "a list",
            is: .required,
            "What is sent, one after the other; each a mapping, or a `curl` command, which is read and never run."
        )
        public static let timeout = Field(
            "timeout",
            "a duration such as `10s`",
            default: "30s",
            "For each request, its answer included; beyond Keptn."
        )
        public static let retries = Field(
            "retries",
            "0 to 10",
            default: "0",
            "How often a request that was not answered, or with a status from 500 on, is sent again; beyond Keptn."
        )
        public static let all = [type, subscriptionID, sendStarted, sendFinished, envFrom, requests, timeout, retries]
    }

    /// The keys of an item of `envFrom`.
    public enum VariableFields {
        public static let name = Field("name", "a name", is: .required, "What templates call it.")
        public static let secretRef = Field("secretRef", "a mapping", is: .required, "Which secret it is.")
        public static let all = [name, secretRef]
    }

    /// The keys of `secretRef`.
    public enum SecretFields {
        public static let name = Field("name", "a name", is: .required, "The secret's name.")
        public static let key = Field("key", "a name", is: .required, "Which of its values.")
        public static let all = [name, key]
    }

    /// The keys of a request.
    public enum RequestFields {
        public static let url = Field("url", "a URL, with templates", is: .required, "Where it is sent.")
        public static let method = Field(
            "method",
            "`GET`, `POST`, `PUT`, `PATCH`, `DELETE` or `HEAD`",
            default: "`GET`",
            "The HTTP method."
        )
        public static let headers = Field("headers", "a list of `key` and `value`", "Sent along; with templates.")
        public static let payload = Field("payload", "text, with templates", "The body.")
        public static let options = Field("options", "`--fail`", "Was curl's; any other option is an error.")
        public static let success = Field(
            "success",
            "a mapping",
            default: "any status from 200 to 299",
            "Which answer is a success; beyond Keptn."
        )
        public static let all = [url, method, headers, payload, options, success]
    }

    /// The keys of a header.
    public enum HeaderFields {
        public static let key = Field("key", "a name", is: .required, "The header's name.")
        public static let value = Field("value", "text, with templates", is: .required, "Its value.")
        public static let all = [key, value]
    }

    /// The keys of `success`.
    public enum SuccessFields {
        public static let status = Field("status", "a list of status codes", default: "200 to 299", "One of them.")
        public static let match = Field(
            "match",
            "a mapping of paths to text",
            "What the answer's JSON has to say: `{status.phase: ready}`."
        )
        public static let all = [status, match]
    }
}
