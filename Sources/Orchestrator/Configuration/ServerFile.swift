import Documents
import Events
import Workflows

/// A server's own settings, which are its operator's and not the projects': `serve --config FILE`.
public struct ServerFile: Sendable, Equatable {
    public struct TLS: Sendable, Equatable {
        public let certificate: String
        public let key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// For what no project says something of.
    public struct Retention: Sendable, Equatable {
        public var events: Duration?
        /// Bytes of the journal; what is oldest goes first.
        public var size: Int64?

        public init(events: Duration? = nil, size: Int64? = nil) {
            self.events = events
            self.size = size
        }
    }

    public struct Tracing: Sendable, Equatable {
        /// Where OTLP is taken over HTTP, without `/v1/traces`.
        public let endpoint: String
        /// A file with `Name: value` lines, for a token.
        public let headersFile: String?
    }

    public var listen: String?
    public var dataDirectory: String?
    public var tls: TLS?
    public var retention = Retention()
    public var tracing: Tracing?
    /// Programs that projects may run, where they allow them too.
    public var commands: [String] = []
    /// Environment variables that projects may set for programs, or have passed on to them.
    public var variables: [String] = []
    /// A folder with a folder for each secret, and a file for each of its keys.
    public var secrets: String?

    public init() {}
}
