import Documents
import Events
import Workflows

extension ServerFile {
    private enum Version: String, CaseIterable { case v1 = "tidegate.dev/v1" }
    private enum Kind: String, CaseIterable { case server = "Server" }

    /// Reads a server file.
    ///
    /// - Parameters:
    ///   - text: The YAML text.
    ///   - file: Its name, for the diagnostics; paths in it start from its folder.
    /// - Returns: What it says, and what there is to say about it.
    public static func read(_ text: String, file: String) -> Reading<ServerFile> {
        let log = DiagnosticLog(file: file)
        return Reading(value: YAML.read(text, log: log).flatMap { decode($0, log: log) }, log: log)
    }

    private static func decode(_ root: Node, log: DiagnosticLog) -> ServerFile? {
        guard let reader = MappingReader(root, as: "a server file", fields: Fields.all, log: log) else { return nil }
        _ = reader.choice(Fields.apiVersion, of: Version.self)
        _ = reader.choice(Fields.kind, of: Kind.self)
        guard
            let spec = reader[Fields.spec].flatMap({
                MappingReader($0, as: "`spec`", fields: SpecFields.all, log: log)
            })
        else { return nil }
        var file = ServerFile()
        file.listen = spec.text(SpecFields.listen)
        file.dataDirectory = spec.path(SpecFields.dataDir, log: log)
        file.tls = spec[SpecFields.tls].flatMap { TLS.decode($0, log: log) }
        file.retention = spec[SpecFields.retention].flatMap { Retention.decode($0, log: log) } ?? Retention()
        file.commands = spec.texts(SpecFields.commands, log: log).compactMap { text, position in
            if text.hasPrefix("/") { return text }
            log.error(at: position, "expected the whole path of a program, such as `/usr/local/bin/deploy`")
            return nil
        }
        file.variables = spec.texts(SpecFields.variables, log: log).map(\.text)
        file.secrets = spec.path(SpecFields.secrets, log: log)
        file.tracing = spec[SpecFields.tracing].flatMap { Tracing.decode($0, log: log) }
        return file
    }
}

extension ServerFile.TLS {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = ServerFile.TLSFields
        let reader = MappingReader(node, as: "`tls`", fields: Fields.all, log: log)
        guard let certificate = reader?.path(Fields.cert, log: log), let key = reader?.path(Fields.key, log: log) else {
            return nil
        }
        return Self(certificate: certificate, key: key)
    }
}

extension ServerFile.Retention {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = ServerFile.RetentionFields
        guard let reader = MappingReader(node, as: "`retention`", fields: Fields.all, log: log) else { return nil }
        return Self(events: reader.age(Fields.events, log: log), size: reader.size(Fields.size, log: log))
    }
}

extension ServerFile.Tracing {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = ServerFile.TracingFields
        guard let reader = MappingReader(node, as: "`tracing`", fields: Fields.all, log: log),
            let endpoint = reader.text(Fields.endpoint), let place = reader[Fields.endpoint]?.position
        else { return nil }
        do throws(ProviderURL.Invalid) {
            let url = try ProviderURL(endpoint)
            guard url.credentials == nil else {
                log.error(at: place, "user and password don't belong in a document; use `headersFile`")
                return nil
            }
            return Self(endpoint: url.text, headersFile: reader.path(Fields.headersFile, log: log))
        } catch {
            log.error(at: place, "`endpoint` must be \(Fields.endpoint.form)")
            return nil
        }
    }
}
