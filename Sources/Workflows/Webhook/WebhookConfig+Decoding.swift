import Documents
import Events

extension WebhookConfig {
    private enum Kind: String, CaseIterable { case webhookConfig = "WebhookConfig" }
    private static let versions = ["webhookconfig.keptn.sh/v1beta1", "webhookconfig.keptn.sh/v1alpha1"]

    /// Reads a webhook file.
    ///
    /// - Parameters:
    ///   - text: The YAML text.
    ///   - file: Its name, for the diagnostics.
    /// - Returns: What it says, and what there is to say about it.
    public static func read(_ text: String, file: String) -> Reading<WebhookConfig> {
        let log = DiagnosticLog(file: file)
        return Reading(value: YAML.read(text, log: log).flatMap { decode($0, log: log) }, log: log)
    }

    private static func decode(_ root: Node, log: DiagnosticLog) -> WebhookConfig? {
        guard let reader = MappingReader(root, as: "a webhook file", fields: Fields.all, log: log) else { return nil }
        _ = reader.choice(Fields.kind, of: Kind.self)
        if let version = reader.text(Fields.apiVersion), let node = reader[Fields.apiVersion] {
            if !versions.contains(version) {
                log.error(at: node.position, "`apiVersion` must be \(Fields.apiVersion.form), not \(node.kindName)")
            }
        } else {
            log.warning(at: root.position, "without `apiVersion` it is read as \(versions[0])")
        }
        if let metadata = reader[Fields.metadata] {
            _ = MappingReader(metadata, as: "`metadata`", fields: MetadataFields.all, log: log)
        }
        guard
            let spec = reader[Fields.spec].flatMap({ MappingReader($0, as: "`spec`", fields: SpecFields.all, log: log) }
            )
        else { return nil }
        return WebhookConfig(webhooks: spec.list(SpecFields.webhooks).compactMap { Webhook.decode($0, log: log) })
    }
}

extension Webhook {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Webhook? {
        typealias Fields = WebhookConfig.WebhookFields
        guard let reader = MappingReader(node, as: "a webhook", fields: Fields.all, log: log) else { return nil }
        let secrets = reader.list(Fields.envFrom).compactMap { Secret.decode($0, log: log) }
        let requests = reader.list(Fields.requests).compactMap { Request.decode($0, log: log) }
        guard let type = reader.text(Fields.type) else { return nil }
        let webhook = Webhook(
            type: type,
            subscriptionID: reader.text(Fields.subscriptionID) ?? "",
            // What Keptn took for granted where nothing is said.
            sendsStarted: reader.boolean(Fields.sendStarted) ?? true,
            sendsFinished: reader.boolean(Fields.sendFinished) ?? false,
            secrets: secrets,
            requests: requests,
            timeout: reader.duration(Fields.timeout, log: log) ?? .seconds(30),
            retries: reader.integer(Fields.retries, in: 0...10) ?? 0,
            name: namePrefix + DerivedID.make("webhook", from: String(decoding: JSON(yaml: node).bytes, as: UTF8.self))
        )
        webhook.checkVariables(at: node.position, log: log)
        return webhook
    }

    /// A variable that no `envFrom` names would never have a value.
    private func checkVariables(at position: Position, log: DiagnosticLog) {
        let known = Set(secrets.map(\.variable))
        let templates = requests.flatMap { request in
            [request.url] + [request.payload].compactMap(\.self) + request.headers.flatMap { [$0.name, $0.value] }
        }
        for case .member(let name) in templates.flatMap(\.paths).filter({ $0.first == .member("env") }).compactMap({
            $0.dropFirst().first
        })
        where !known.contains(name) {
            log.warning(
                at: position,
                "`{{.env.\(name.abbreviated)}}` has no value: `envFrom` does not name it\(name.suggestion(among: known))"
            )
        }
    }
}

extension Webhook.Secret {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = WebhookConfig.VariableFields
        guard let reader = MappingReader(node, as: "an item of `envFrom`", fields: Fields.all, log: log),
            let reference = reader[Fields.secretRef].flatMap({
                MappingReader($0, as: "`secretRef`", fields: WebhookConfig.SecretFields.all, log: log)
            }),
            let variable = reader.text(Fields.name), let name = reference.text(WebhookConfig.SecretFields.name),
            let key = reference.text(WebhookConfig.SecretFields.key)
        else { return nil }
        return Self(variable: variable, name: name, key: key)
    }
}

extension Webhook.Request {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        if case .scalar(let scalar) = node.content { return decode(curl: scalar.text, at: node.position, log: log) }
        typealias Fields = WebhookConfig.RequestFields
        guard let reader = MappingReader(node, as: "a request", fields: Fields.all, log: log),
            let url = reader.text(Fields.url).flatMap({
                template($0, at: reader[Fields.url]?.position ?? node.position, log: log)
            })
        else { return nil }
        let headers = reader.list(Fields.headers).compactMap { item -> (name: Template, value: Template)? in
            guard
                let header = MappingReader(item, as: "a header", fields: WebhookConfig.HeaderFields.all, log: log),
                let name = header.text(WebhookConfig.HeaderFields.key).flatMap({
                    template($0, at: item.position, log: log)
                }),
                let value = (header.text(WebhookConfig.HeaderFields.value) ?? "").nilIfEmpty.flatMap({
                    template($0, at: item.position, log: log)
                })
            else { return nil }
            return (name, value)
        }
        if let options = reader.text(Fields.options), !options.isEmpty, options != "--fail" {
            log.error(
                at: reader[Fields.options]?.position ?? node.position,
                "`options` were curl's, which is not run here; leave out `\(options.abbreviated)`"
            )
        }
        let payload = (reader.text(Fields.payload) ?? "").nilIfEmpty.flatMap {
            template($0, at: reader[Fields.payload]?.position ?? node.position, log: log)
        }
        return Self(
            url: url,
            method: method(
                reader.text(Fields.method) ?? "GET",
                at: reader[Fields.method]?.position ?? node.position,
                log: log
            ),
            headers: headers,
            payload: payload,
            success: reader[Fields.success].flatMap { Webhook.Success.decode($0, log: log) } ?? .init()
        )
    }

    private static func decode(curl text: String, at position: Position, log: DiagnosticLog) -> Self? {
        do throws(CurlCommand.Invalid) {
            let command = try CurlCommand(text)
            guard let url = template(command.url, at: position, log: log) else { return nil }
            return Self(
                url: url,
                method: method(command.method ?? (command.data == nil ? "GET" : "POST"), at: position, log: log),
                headers: command.headers.compactMap { name, value in
                    guard let name = template(name, at: position, log: log),
                        let value = template(value, at: position, log: log)
                    else { return nil }
                    return (name, value)
                },
                payload: command.data.flatMap { template($0, at: position, log: log) },
                success: .init()
            )
        } catch {
            log.error(at: position, error.message)
            return nil
        }
    }

    private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]

    private static func method(_ text: String, at position: Position, log: DiagnosticLog) -> String {
        let method = text.uppercased()
        if !methods.contains(method) {
            log.error(
                at: position,
                "`\(text.abbreviated)` is no method of a request\(method.suggestion(among: methods)); known are \(methods.joined(separator: ", "))"
            )
        }
        return method
    }

    private static func template(_ text: String, at position: Position, log: DiagnosticLog) -> Template? {
        do throws(Template.Invalid) {
            return try Template(text)
        } catch {
            log.error(at: position, error.description)
            return nil
        }
    }
}

extension Webhook.Success {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = WebhookConfig.SuccessFields
        guard let reader = MappingReader(node, as: "`success`", fields: Fields.all, log: log) else { return nil }
        let statuses = reader.list(Fields.status).compactMap { item -> Int? in
            if case .scalar(let scalar) = item.content, let status = Int(scalar.text), (100...599).contains(status) {
                return status
            }
            log.error(at: item.position, "expected a status code such as 201, found \(item.kindName)")
            return nil
        }
        return Self(
            statuses: statuses,
            match: Dictionary(reader.textEntries(Fields.match).map { ($0.name, $0.text) }) { $1 }
        )
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
