import Documents
import Events
import Foundation

extension Project {
    private enum Version: String, CaseIterable { case v1 = "tidegate.dev/v1" }
    private enum Kind: String, CaseIterable { case project = "Project" }

    /// Reads a project file.
    ///
    /// - Parameters:
    ///   - text: The YAML text.
    ///   - file: Its name, for the diagnostics; paths in it start from its folder.
    /// - Returns: What it says, and what there is to say about it.
    public static func read(_ text: String, file: String) -> Reading<Project> {
        let log = DiagnosticLog(file: file)
        return Reading(value: YAML.read(text, log: log).flatMap { decode($0, log: log) }, log: log)
    }

    private static func decode(_ root: Node, log: DiagnosticLog) -> Project? {
        guard let reader = MappingReader(root, as: "a project file", fields: Fields.all, log: log) else { return nil }
        _ = reader.choice(Fields.apiVersion, of: Version.self)
        _ = reader.choice(Fields.kind, of: Kind.self)
        if let metadata = reader[Fields.metadata] {
            _ = MappingReader(metadata, as: "`metadata`", fields: MetadataFields.all, log: log)
        }
        guard
            let spec = reader[Fields.spec].flatMap({
                MappingReader($0, as: "`spec`", fields: SpecFields.all, log: log)
            })
        else { return nil }
        return Project(
            providers: spec.list(SpecFields.providers).named("a provider", by: \.name, log: log) {
                ProviderSettings.decode($0, log: log)
            },
            subscriptions: spec.list(SpecFields.subscriptions).named("a subscription", by: \.name, log: log) {
                Subscription.decode($0, log: log)
            },
            executors: spec.list(SpecFields.executors).named("an executor", by: \.name, log: log) {
                Executor.decode($0, log: log)
            },
            allow: spec[SpecFields.allow].flatMap { Allow.decode($0, log: log) } ?? Allow(),
            alerts: spec.list(SpecFields.alerts).compactMap { AlertRule.decode($0, log: log) },
            remediation: spec[SpecFields.remediation].flatMap { RemediationLimits.decode($0, log: log) }
                ?? RemediationLimits(),
            retention: spec[SpecFields.retention].flatMap { Retention.decode($0, log: log) } ?? Retention()
        )
    }
}

extension [Node] {
    /// What they are decoded to, where each has a name of its own.
    fileprivate func named<Value>(
        _ what: String,
        by name: (Value) -> String,
        log: DiagnosticLog,
        _ decode: (Node) -> Value?
    ) -> [Value] {
        var names: Set<String> = []
        return compactMap { node in
            let value = decode(node)
            if let name = value.map(name), !names.insert(name).inserted {
                log.error(at: node.position, "\(what) with the name `\(name.abbreviated)` stands above already")
            }
            return value
        }
    }
}

extension ProviderSettings {
    private typealias Fields = Project.ProviderFields
    private enum Kind: String, CaseIterable { case prometheus }

    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> ProviderSettings? {
        guard let reader = MappingReader(node, as: "a provider", fields: Fields.all, log: log) else { return nil }
        _ = reader.choice(Fields.type, of: Kind.self)
        guard let name = reader.text(Fields.name), let url = reader.url(log: log) else { return nil }
        if reader[Fields.bearerTokenFile] != nil, let basic = reader.keyPosition(of: Fields.basicAuthFile) {
            log.error(at: basic, "`bearerTokenFile` and `basicAuthFile` exclude each other")
        }
        return ProviderSettings(
            name: name,
            url: url,
            bearerTokenFile: reader.path(Fields.bearerTokenFile, log: log),
            basicAuthFile: reader.path(Fields.basicAuthFile, log: log),
            tls: reader[Fields.tls].flatMap { TLS.decode($0, log: log) },
            headers: reader.headers(log: log),
            parameters: reader.parameters(log: log),
            timeout: reader.duration(Fields.timeout, log: log) ?? defaultTimeout,
            maxConcurrency: reader.integer(Fields.maxConcurrency, in: 1...256) ?? defaultConcurrency,
            traceURL: reader.traceURL(log: log)
        )
    }
}

extension ProviderSettings.TLS {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Project.TLSFields
        guard let reader = MappingReader(node, as: "`tls`", fields: Fields.all, log: log) else { return nil }
        if (reader[Fields.cert] == nil) != (reader[Fields.key] == nil) {
            log.error(at: node.position, "`cert` and `key` go together: a client certificate needs its private key")
        }
        return Self(
            ca: reader.path(Fields.ca, log: log),
            certificate: reader.path(Fields.cert, log: log),
            key: reader.path(Fields.key, log: log)
        )
    }
}

extension MappingReader {
    private typealias Fields = Project.ProviderFields

    fileprivate func url(log: DiagnosticLog) -> String? {
        guard let text = text(Fields.url), let node = self[Fields.url] else { return nil }
        do throws(ProviderURL.Invalid) {
            let url = try ProviderURL(text)
            guard url.credentials == nil else {
                log.error(at: node.position, "user and password don't belong in a document; use `basicAuthFile`")
                return nil
            }
            return url.text
        } catch {
            log.error(at: node.position, error.message)
            return nil
        }
    }

    fileprivate func traceURL(log: DiagnosticLog) -> String? {
        guard let text = text(Fields.traceURL), let node = self[Fields.traceURL] else { return nil }
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), text.contains("{{traceID}}") else {
            log.error(at: node.position, "`traceURL` must be \(Fields.traceURL.form), not \(node.kindName)")
            return nil
        }
        return text
    }

    fileprivate func headers(log: DiagnosticLog) -> [ProviderSettings.Header] {
        named(Fields.headers, log: log) { name in
            guard !["authorization", "cookie", "proxy-authorization"].contains(name.lowercased()) else {
                return "a secret doesn't belong in a document; use `bearerTokenFile` or `basicAuthFile`"
            }
            let allowed = "!#$%&'*+-.^_`|~"
            return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || allowed.contains($0)) }
                ? nil : "not the name of an HTTP header"
        }
    }

    fileprivate func parameters(log: DiagnosticLog) -> [ProviderSettings.Header] {
        named(Fields.parameters, log: log) { name in
            ["query", "time"].contains(name) ? "this parameter is set for each query" : nil
        }
    }

    private func named(
        _ field: Field,
        log: DiagnosticLog,
        refusal: (String) -> String?
    ) -> [ProviderSettings.Header] {
        let texts = textEntries(field)
        let positions = Dictionary(entries(field).map { ($0.key, $0.keyPosition) }) { first, _ in first }
        return texts.compactMap { name, value in
            if let refusal = refusal(name) {
                log.error(at: positions[name] ?? position, "`\(name.abbreviated)`: \(refusal)")
                return nil
            }
            return ProviderSettings.Header(name: name, value: value)
        }
    }
}
