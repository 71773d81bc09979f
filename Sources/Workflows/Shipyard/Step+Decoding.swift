import Documents
import Events

extension Shipyard.Step {
    /// An item of `tasks`: a task, or tasks under `parallel`.
    static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        guard node["parallel"] == nil else { return decodeGroup(node, log: log) }
        typealias Fields = Shipyard.TaskFields
        guard let reader = MappingReader(node, as: "a task", fields: Fields.all, log: log) else { return nil }
        let condition = reader[Fields.when].map { Shipyard.Selector.decode(match: $0, of: "when", log: log) }
        return Self(tasks: [Shipyard.Task.decode(reader, log: log)], condition: condition)
    }

    private static func decodeGroup(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Shipyard.GroupFields
        guard let reader = MappingReader(node, as: "a parallel group", fields: Fields.all, log: log) else { return nil }
        let tasks = reader.list(Fields.parallel).compactMap { item -> Shipyard.Task? in
            let fields = Shipyard.TaskFields.ofGroup
            let member = MappingReader(item, as: "a task of a parallel group", fields: fields, log: log)
            return member.map { Shipyard.Task.decode($0, log: log) }
        }
        var names = Set<String>()
        for task in tasks where !names.insert(task.name).inserted {
            log.error(
                at: node.position,
                "two tasks of one parallel group are called `\(task.name.abbreviated)`; their results could not be told apart"
            )
        }
        if case .sequence(let items) = reader[Fields.parallel]?.content, items.isEmpty {
            log.error(at: node.position, "a parallel group needs tasks")
        }
        let condition = reader[Fields.when].map { Shipyard.Selector.decode(match: $0, of: "when", log: log) }
        return Self(tasks: tasks, condition: condition)
    }
}

extension Shipyard.Task {
    fileprivate static func decode(_ reader: MappingReader, log: DiagnosticLog) -> Self {
        typealias Fields = Shipyard.TaskFields
        let properties = reader[Fields.properties].map(JSON.init(yaml:)) ?? .emptyObject
        if properties.object == nil, let node = reader[Fields.properties] {
            log.error(at: node.position, "`properties` must be a mapping, not \(node.kindName)")
        }
        let name = reader.text(Fields.name) ?? ""
        if name.contains("."), let node = reader[Fields.name] {
            log.error(at: node.position, "a task's name has no dots: its events are told from a sequence's by that")
        }
        return Self(
            name: name,
            properties: properties,
            delay: reader.delay(Fields.triggeredAfter, log: log) ?? .zero,
            timeout: reader.delay(Fields.timeout, log: log),
            retries: reader.integer(Fields.retries, in: 0...10) ?? 0,
            backoff: reader.delay(Fields.backoff, log: log) ?? defaultBackoff,
            continuesOnFailure: reader.boolean(Fields.continueOnFailure) ?? false
        )
    }
}

extension MappingReader {
    fileprivate func delay(_ field: Field, log: DiagnosticLog) -> Duration? {
        guard let text = text(field), let node = self[field] else { return nil }
        if let duration = Duration(goStyle: text) { return duration }
        log.error(at: node.position, "`\(field.name)` must be \(field.form), not \(node.kindName)")
        return nil
    }
}
