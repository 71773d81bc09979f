import Documents

extension Project {
    /// The keys of a project file.
    public enum Fields {
        public static let apiVersion = Field(
            "apiVersion",
            "`tidegate.dev/v1`",
            is: .required,
            "The version of the format."
        )
        public static let kind = Field("kind", "`Project`", is: .required, "What the document is.")
        public static let metadata = Field("metadata", "a mapping", "The project's `name`.")
        public static let spec = Field("spec", "a mapping", is: .required, "The settings; see below.")
        public static let all = [apiVersion, kind, metadata, spec]
    }

    /// The keys of `metadata`.
    public enum MetadataFields {
        public static let name = Field("name", "text", "The project's name.")
        public static let all = [name]
    }

    /// The keys of `spec`.
    public enum SpecFields {
        public static let providers = Field(
            "providers",
            "a list",
            "Where indicators come from; the first one is the default. See below."
        )
        public static let subscriptions = Field(
            "subscriptions",
            "a list",
            "Who is told of which events. See below."
        )
        public static let retention = Field(
            "retention",
            "a mapping",
            default: "for ever",
            "How long events and evaluations are kept. See below."
        )
        public static let executors = Field("executors", "a list", "Who carries out which tasks. See below.")
        public static let allow = Field(
            "allow",
            "a mapping",
            default: "nothing",
            "What executors may reach. See below."
        )
        public static let alerts = Field("alerts", "a list", "Which lanes alerts are about. See below.")
        public static let remediation = Field(
            "remediation",
            "a mapping",
            default: "3 an hour, 10 minutes apart",
            "How much is done about problems by itself. See below."
        )
        public static let all = [providers, subscriptions, executors, allow, alerts, remediation, retention]
    }

    /// The keys of a subscription.
    public enum SubscriptionFields {
        public static let name = Field("name", "text", is: .required, "What reports call it.")
        public static let events = Field(
            "events",
            "a list of event types",
            is: .required,
            "The types that it is told of; one that ends with `*` stands for all that begin so."
        )
        public static let filter = Field("filter", "a mapping", default: "every event", "Only some of them.")
        public static let sink = Field("sink", "a mapping", is: .required, "Where they are sent to.")
        public static let all = [name, events, filter, sink]
    }

    /// The keys of `filter`.
    public enum FilterFields {
        public static let stages = Field(
            "stages",
            "a list of names",
            default: "every stage",
            "Only those of these stages."
        )
        public static let services = Field(
            "services",
            "a list of names",
            default: "every service",
            "Only those of these services."
        )
        public static let match = Field(
            "match",
            "a mapping of paths to text",
            default: "whatever it says",
            "What the event's data has to say: `{evaluation.result: fail}`."
        )
        public static let all = [stages, services, match]
    }

    /// The keys of `sink`.
    public enum SinkFields {
        public static let url = Field(
            "url",
            "a URL such as `https://deployer.example.com/events`",
            default: "`urlFrom`",
            "What each event is posted to."
        )
        public static let urlFrom = Field(
            "urlFrom",
            "a mapping",
            "A `file` or a variable, `env`, with the URL, where that is a secret, as a chat's webhook is."
        )
        public static let secretFrom = Field(
            "secretFrom",
            "a mapping",
            default: "not signed",
            "Where the secret is that signs what is sent."
        )
        public static let form = Field(
            "form",
            "`cloudevent`, `slack`, `teams`, `markdown` or `cdevents`",
            default: "`cloudevent`",
            "What is sent: the event, a message for people, or what it means in CDEvents."
        )
        public static let payload = Field(
            "payload",
            "JSON, with templates",
            default: "as `form` says",
            "What is sent in its place."
        )
        public static let all = [url, urlFrom, secretFrom, form, payload]
    }

    /// The keys of `secretFrom`.
    public enum SecretFields {
        public static let file = Field("file", "a path", "A file on the server with the secret.")
        public static let env = Field("env", "a name", "A variable of the server's environment with the secret.")
        public static let all = [file, env]
    }

    /// The keys of a provider.
    public enum ProviderFields {
        public static let name = Field("name", "text", is: .required, "What indicators and reports call it.")
        public static let type = Field(
            "type",
            "`prometheus`",
            is: .required,
            "Also for Thanos, Mimir and VictoriaMetrics, which answer as Prometheus does."
        )
        public static let url = Field(
            "url",
            "a URL",
            is: .required,
            "What stands before `/api/v1/query`, without user and password."
        )
        public static let bearerTokenFile = Field("bearerTokenFile", "a path", "A file with a bearer token.")
        public static let basicAuthFile = Field("basicAuthFile", "a path", "A file with `user:password`.")
        public static let tls = Field("tls", "a mapping", "`ca`, `cert` and `key`: paths of PEM files.")
        public static let headers = Field(
            "headers",
            "a mapping of names to text",
            "Sent with every query, such as `X-Scope-OrgID`."
        )
        public static let parameters = Field(
            "parameters",
            "a mapping of names to text",
            "Sent with every query, such as `dedup` or `partial_response`."
        )
        public static let timeout = Field("timeout", "a duration such as `10s`", default: "`10s`", "For one attempt.")
        public static let maxConcurrency = Field(
            "maxConcurrency",
            "a whole number from 1 to 256",
            default: "16",
            "How many queries run at once."
        )
        public static let traceURL = Field(
            "traceURL",
            "a URL such as `https://tempo.example.com/trace/{{traceID}}`",
            "Where the traces of what failed are looked at."
        )
        public static let all = [
            name, type, url, bearerTokenFile, basicAuthFile, tls, headers, parameters, timeout, maxConcurrency,
            traceURL,
        ]
    }

    /// The keys of `tls`.
    public enum TLSFields {
        public static let ca = Field("ca", "a path", default: "the system's", "The authorities that are trusted.")
        public static let cert = Field("cert", "a path", "The client's certificate.")
        public static let key = Field("key", "a path", "The client certificate's private key.")
        public static let all = [ca, cert, key]
    }
}
