import Documents
import Events

extension Shipyard.Trigger {
    static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Shipyard.TriggerFields
        guard let reader = MappingReader(node, as: "an item of `triggeredOn`", fields: Fields.all, log: log),
            let event = reader[Fields.event]
        else { return nil }
        let selector = reader[Fields.selector].map { Shipyard.Selector.decode($0, log: log) } ?? .default
        return decode(event: event, selector: selector, log: log)
    }

    /// `STAGE.SEQUENCE.finished`; a stage's name has no dot, a sequence's may. Anything else never fires, as in Keptn.
    static func decode(event node: Node, selector: Shipyard.Selector = .default, log: DiagnosticLog) -> Self? {
        guard case .scalar(let scalar) = node.content else {
            log.error(at: node.position, "expected an event such as `dev.delivery.finished`, found \(node.kindName)")
            return nil
        }
        let suffix = ".finished"
        guard scalar.text.hasSuffix(suffix), let dot = scalar.text.firstIndex(of: ".") else {
            log.warning(at: node.position, "\(node.kindName) never fires; write `STAGE.SEQUENCE.finished`")
            return nil
        }
        let sequence = scalar.text[scalar.text.index(after: dot)...].dropLast(suffix.count)
        guard !sequence.isEmpty else {
            log.warning(at: node.position, "\(node.kindName) never fires; write `STAGE.SEQUENCE.finished`")
            return nil
        }
        return Self(
            stage: String(scalar.text[..<dot]),
            sequence: String(sequence),
            selector: selector,
            position: node.position
        )
    }
}

extension Shipyard.Selector {
    /// The documents of Keptn say "failed", its events "fail".
    private static let results: [String: Verdict] = [
        "pass": .pass, "warning": .warning, "fail": .fail, "failed": .fail,
    ]

    static func decode(_ node: Node, log: DiagnosticLog) -> Self {
        typealias Fields = Shipyard.SelectorFields
        guard let reader = MappingReader(node, as: "`selector`", fields: Fields.all, log: log) else { return .default }
        guard let match = reader[Fields.match] else { return .default }
        return decode(match: match, of: "match", log: log)
    }

    /// `result: fail`, or a task's `TASK.result: fail`.
    static func decode(match node: Node, of name: String, log: DiagnosticLog) -> Self {
        guard case .mapping(let entries) = node.content, let entry = entries.first else {
            log.error(at: node.position, "`\(name)` must be a mapping such as `result: fail`, not \(node.kindName)")
            return .default
        }
        guard entries.count == 1 else {
            log.error(at: node.position, "`\(name)` takes one result; write a second item for another")
            return .default
        }
        guard case .scalar(let scalar) = entry.value.content, let verdict = results[scalar.text] else {
            log.error(at: entry.value.position, "expected `pass`, `warning` or `fail`, found \(entry.value.kindName)")
            return .default
        }
        if entry.key == "result" { return .sequence([verdict]) }
        guard entry.key.hasSuffix(".result"), entry.key.count > ".result".count else {
            log.error(
                at: entry.keyPosition,
                "expected `result`, or a task's as in `evaluation.result`, found `\(entry.key.abbreviated)`"
            )
            return .default
        }
        return .task(String(entry.key.dropLast(".result".count)), [verdict])
    }
}
