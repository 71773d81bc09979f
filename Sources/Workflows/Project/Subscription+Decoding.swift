import Documents
import Foundation

extension Subscription {
    static func decode(_ node: Node, log: DiagnosticLog) -> Subscription? {
        typealias Fields = Project.SubscriptionFields
        guard let reader = MappingReader(node, as: "a subscription", fields: Fields.all, log: log) else { return nil }
        let events = reader.texts(Fields.events, log: log)
        for (text, position) in events where text.dropLast().contains("*") {
            log.error(at: position, "`*` stands only at the end, as in `sh.keptn.event.deployment.*`")
        }
        if events.isEmpty, let node = reader[Fields.events] {
            log.error(at: node.position, "name at least one event; `*` is every one")
        }
        let filter = reader[Fields.filter].flatMap {
            MappingReader($0, as: "`filter`", fields: Project.FilterFields.all, log: log)
        }
        let sink = reader[Fields.sink].flatMap {
            MappingReader($0, as: "`sink`", fields: Project.SinkFields.all, log: log)
        }
        guard let name = reader.text(Fields.name), let sink, let target = sink.target(log: log) else { return nil }
        if name.hasPrefix("webhook "), let place = reader[Fields.name]?.position {
            log.error(
                at: place,
                "a subscription's name does not begin with `webhook `: so entries of webhook files are called"
            )
        }
        return Subscription(
            name: name,
            events: events.map(\.text),
            stages: filter?.texts(Project.FilterFields.stages, log: log).map(\.text) ?? [],
            services: filter?.texts(Project.FilterFields.services, log: log).map(\.text) ?? [],
            target: target,
            secret: sink[Project.SinkFields.secretFrom].flatMap { Secret.decode($0, log: log) },
            match: Dictionary((filter?.textEntries(Project.FilterFields.match) ?? []).map { ($0.name, $0.text) }) {
                $1
            },
            form: sink.choice(Project.SinkFields.form, of: Form.self) ?? .cloudEvent,
            payload: sink.template(Project.SinkFields.payload, log: log)
        )
    }
}

extension Subscription.Secret {
    fileprivate static func decode(_ node: Node, as name: String = "`secretFrom`", log: DiagnosticLog) -> Self? {
        typealias Fields = Project.SecretFields
        guard let reader = MappingReader(node, as: name, fields: Fields.all, log: log) else { return nil }
        switch (reader.text(Fields.file), reader.text(Fields.env)) {
        case (let path?, nil): return .file(path)
        case (nil, let name?): return .environment(name)
        default:
            log.error(at: node.position, "\(name) names a `file` or a variable with `env`: one of them")
            return nil
        }
    }
}

extension MappingReader {
    fileprivate func target(log: DiagnosticLog) -> Subscription.Target? {
        if let node = self[Project.SinkFields.urlFrom] {
            if self[Project.SinkFields.url] != nil {
                log.error(at: node.position, "`url` and `urlFrom` exclude each other")
            }
            return Subscription.Secret.decode(node, as: "`urlFrom`", log: log).map { .secret($0) }
        }
        guard self[Project.SinkFields.url] != nil else {
            log.error(at: position, "`sink` needs `url`, or `urlFrom` where it is a secret")
            return nil
        }
        return sinkURL(log: log).map { .url($0) }
    }

    private func sinkURL(log: DiagnosticLog) -> String? {
        guard let text = text(Project.SinkFields.url), let node = self[Project.SinkFields.url] else { return nil }
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()),
            parts.host?.isEmpty == false
        else {
            log.error(at: node.position, "`url` must be \(Project.SinkFields.url.form), not \(node.kindName)")
            return nil
        }
        guard parts.user == nil else {
            log.error(at: node.position, "user and password don't belong in a document; sign with `secretFrom`")
            return nil
        }
        return text
    }
}
