/// How a provider is reached. What is secret stands in files or in the environment, never here.
public struct ProviderSettings: Sendable, Equatable {
    public struct TLS: Sendable, Equatable {
        /// PEM files; the system's authorities are trusted where `ca` is nil.
        public let ca: String?
        public let certificate: String?
        public let key: String?
    }

    public struct Header: Sendable, Equatable {
        public let name: String
        public let value: String
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
}
