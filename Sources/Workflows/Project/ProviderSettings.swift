/// How a provider is reached. What is secret stands in files or in the environment, never here.
public struct ProviderSettings: Sendable, Equatable {
    public struct TLS: Sendable, Equatable {
        /// PEM files; the system's authorities are trusted where `ca` is nil.
        public let ca: String?
        public let certificate: String?
        public let key: String?

        public init(ca: String?, certificate: String?, key: String?) {
            self.ca = ca
            self.certificate = certificate
            self.key = key
        }
    }

    public struct Header: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public static let defaultTimeout = Duration.seconds(10)
    public static let defaultConcurrency = 16

    public let name: String
    /// Without user, password, query and fragment, and without a slash at the end.
    public let url: String
    public var bearerTokenFile: String?
    public var basicAuthFile: String?
    public var tls: TLS?
    public var headers: [Header]
    public var parameters: [Header]
    /// For one attempt.
    public var timeout: Duration
    public var maxConcurrency: Int
    /// Where a trace is looked at: `{{traceID}}` in it stands for its id.
    public var traceURL: String?

    public init(
        name: String,
        url: String,
        bearerTokenFile: String? = nil,
        basicAuthFile: String? = nil,
        tls: TLS? = nil,
        headers: [Header] = [],
        parameters: [Header] = [],
        timeout: Duration = defaultTimeout,
        maxConcurrency: Int = defaultConcurrency,
        traceURL: String? = nil
    ) {
        self.name = name
        self.url = url
        self.bearerTokenFile = bearerTokenFile
        self.basicAuthFile = basicAuthFile
        self.tls = tls
        self.headers = headers
        self.parameters = parameters
        self.timeout = timeout
        self.maxConcurrency = maxConcurrency
        self.traceURL = traceURL
    }
}
