import Documents
import Foundation

/// What a project's executors may reach: nothing that is not named here.
public struct Allow: Sendable, Equatable {
    /// Beginnings of URLs: scheme, host and port as they are, and the path as far as it goes.
    public var urls: [URLPrefix]
    /// Programs, by their whole paths; the server's operator has to list them too.
    public var commands: [String]

    public init(urls: [URLPrefix] = [], commands: [String] = []) {
        self.urls = urls
        self.commands = commands
    }

    /// The prefix that lets a URL through; nil where none does.
    public func prefix(for url: String) -> URLPrefix? { urls.first { $0.covers(url) } }

    /// The keys of `allow` in a project file.
    public enum Fields {
        public static let urls = Field(
            "urls",
            "a list of beginnings of URLs",
            default: "none",
            "What webhooks, clusters and notifications may reach, such as `https://hooks.slack.com/services/`."
        )
        public static let commands = Field(
            "commands",
            "a list of paths",
            default: "none",
            "Programs that may be run; the server file has to list them, too."
        )
        public static let all = [urls, commands]
    }

    static func decode(_ node: Node, log: DiagnosticLog) -> Allow? {
        guard let reader = MappingReader(node, as: "`allow`", fields: Fields.all, log: log) else { return nil }
        let urls = reader.texts(Fields.urls, log: log).compactMap { text, position -> URLPrefix? in
            if let prefix = URLPrefix(text) { return prefix }
            log.error(at: position, "expected a beginning of a URL such as `https://hooks.slack.com/services/`")
            return nil
        }
        let commands = reader.texts(Fields.commands, log: log).compactMap { text, position -> String? in
            if text.hasPrefix("/") { return text }
            log.error(at: position, "expected the whole path of a program, such as `/usr/local/bin/deploy`")
            return nil
        }
        return Allow(urls: urls, commands: commands)
    }
}

/// The beginning of URLs that may be reached.
public struct URLPrefix: Sendable, Equatable {
    public let scheme: String
    public let host: String
    public let port: Int
    public let path: String

    public init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil,
            parts.query == nil, parts.fragment == nil
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = parts.port ?? (scheme == "https" ? 443 : 80)
        path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
    }

    /// Whether a URL begins so; the path at a slash, so that `/a` covers `/a/b` and not `/ab`.
    func covers(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == scheme,
            parts.host?.lowercased() == host, (parts.port ?? (scheme == "https" ? 443 : 80)) == port, parts.user == nil
        else { return false }
        let other = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        // What could leave the folder again is no part of it.
        guard
            !other.split(separator: "/").contains(where: {
                [".", "..", "%2e", "%2e%2e", ".%2e", "%2e."].contains($0.lowercased())
            })
        else { return false }
        return other == path || other.hasPrefix(path.hasSuffix("/") ? path : path + "/")
    }

    /// Whether the host is written as an address, or as this machine: then it is meant, wherever that is.
    public var namesAddress: Bool {
        host == "localhost" || host.hasPrefix("[") || host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    }
}
