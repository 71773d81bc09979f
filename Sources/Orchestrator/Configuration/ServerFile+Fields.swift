import Documents

extension ServerFile {
    /// The keys of a server file: the decoder accepts these and the reference documents these.
    public enum Fields {
        public static let apiVersion = Field(
            "apiVersion",
            "`tidegate.dev/v1`",
            is: .required,
            "The version of the format."
        )
        public static let kind = Field("kind", "`Server`", is: .required, "What the document is.")
        public static let spec = Field("spec", "a mapping", is: .required, "The settings; see below.")
        public static let all = [apiVersion, kind, spec]
    }

    /// The keys of `spec`.
    public enum SpecFields {
        public static let listen = Field(
            "listen",
            "`HOST:PORT`",
            default: "`127.0.0.1:8085`",
            "Where requests are taken; `--listen` wins."
        )
        public static let dataDir = Field(
            "dataDir",
            "a path",
            default: "the user's state directory",
            "The data directory; `--data-dir` wins."
        )
        public static let tls = Field("tls", "a mapping", default: "no TLS", "The server's certificate.")
        public static let retention = Field(
            "retention",
            "a mapping",
            default: "for ever",
            "How long what no project speaks for is kept, and how large the journal may be."
        )
        public static let tracing = Field("tracing", "a mapping", default: "no tracing", "Where spans are sent to.")
        public static let commands = Field(
            "commands",
            "a list of paths",
            default: "none",
            "Programs that executors may run, where their project allows them too."
        )
        public static let variables = Field(
            "variables",
            "a list of names",
            default: "none",
            "Environment variables that projects may set for those programs, or have passed on from the server's."
        )
        public static let secrets = Field(
            "secrets",
            "a path",
            default: "the environment alone",
            "A folder with `NAME/KEY` for each secret, as Kubernetes mounts them."
        )
        public static let all = [listen, dataDir, tls, retention, tracing, commands, variables, secrets]
    }

    /// The keys of `tls`.
    public enum TLSFields {
        public static let cert = Field("cert", "a path", is: .required, "A PEM file; read again when it changes.")
        public static let key = Field("key", "a path", is: .required, "Its private key.")
        public static let all = [cert, key]
    }

    /// The keys of `retention`.
    public enum RetentionFields {
        public static let events = Field(
            "events",
            "a duration such as `720h` or `30d`, at least `48h`",
            default: "for ever",
            "For projects that say nothing themselves, and for events that name none."
        )
        public static let size = Field(
            "size",
            "a size such as `512MiB` or `10GiB`",
            default: "no limit",
            "Beyond it the oldest events go that no open sequence needs; evaluations stay."
        )
        public static let all = [events, size]
    }

    /// The keys of `tracing`.
    public enum TracingFields {
        public static let endpoint = Field(
            "endpoint",
            "a URL such as `http://127.0.0.1:4318`",
            is: .required,
            "Takes OTLP over HTTP; `/v1/traces` is added."
        )
        public static let headersFile = Field(
            "headersFile",
            "a path",
            "A file with `Name: value` lines that are sent along, such as a token."
        )
        public static let all = [endpoint, headersFile]
    }
}
