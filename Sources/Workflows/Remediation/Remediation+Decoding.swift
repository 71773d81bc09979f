import Documents
import Events

extension Remediation {
    private enum Kind: String, CaseIterable { case remediation = "Remediation" }

    /// Reads a remediation file.
    ///
    /// - Parameters:
    ///   - text: The YAML text.
    ///   - file: Its name, for the diagnostics.
    /// - Returns: What it says, and what there is to say about it.
    public static func read(_ text: String, file: String) -> Reading<Remediation> {
        let log = DiagnosticLog(file: file)
        return Reading(value: YAML.read(text, log: log).flatMap { decode($0, log: log) }, log: log)
    }

    private static func decode(_ root: Node, log: DiagnosticLog) -> Remediation? {
        guard root["apiVersion"] != nil || root["remediations"] == nil else {
            log.error(
                at: root.position,
                "this is a remediation file of before 0.1.4; today it begins with `apiVersion: spec.keptn.sh/0.1.4`,"
                    + " `kind: Remediation`, `metadata: {name: …}` and `spec: {remediations: […]}`; there, `name` of an entry"
                    + " is `problemType`, and `actions` are `actionsOnOpen`, each with a `name`"
            )
            return nil
        }
        guard let reader = MappingReader(root, as: "a remediation file", fields: Fields.all, log: log) else {
            return nil
        }
        _ = reader.choice(Fields.kind, of: Kind.self)
        if let version = reader.text(Fields.apiVersion), let node = reader[Fields.apiVersion] {
            if !version.hasPrefix("spec.keptn.sh/") {
                log.error(at: node.position, "`apiVersion` must be \(Fields.apiVersion.form), not \(node.kindName)")
            } else if version != "spec.keptn.sh/0.1.4" {
                log.warning(at: node.position, "\(node.kindName) is read as `spec.keptn.sh/0.1.4`, write that")
            }
        }
        if let metadata = reader[Fields.metadata] {
            _ = MappingReader(metadata, as: "`metadata`", fields: MetadataFields.all, log: log)
        }
        guard
            let spec = reader[Fields.spec].flatMap({ MappingReader($0, as: "`spec`", fields: SpecFields.all, log: log) }
            )
        else { return nil }
        var types = Set<String>()
        let entries = spec.list(SpecFields.remediations).compactMap { node -> Entry? in
            let entry = Entry.decode(node, log: log)
            if let entry, !types.insert(entry.problemType).inserted {
                log.error(
                    at: node.position,
                    "an entry for the problem `\(entry.problemType.abbreviated)` stands above already; this one would never be used"
                )
            }
            return entry
        }
        return Remediation(entries: entries)
    }
}

extension Remediation.Entry {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Remediation.EntryFields
        guard let reader = MappingReader(node, as: "an entry of `remediations`", fields: Fields.all, log: log),
            let type = reader.text(Fields.problemType)
        else { return nil }
        return Self(
            problemType: type,
            onOpen: reader.list(Fields.actionsOnOpen).compactMap { Remediation.Action.decode($0, log: log) },
            onClose: reader.list(Fields.actionsOnClose).compactMap { Remediation.Action.decode($0, log: log) }
        )
    }
}

extension Remediation.Action {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Remediation.ActionFields
        guard let reader = MappingReader(node, as: "an action", fields: Fields.all, log: log),
            let action = reader.text(Fields.action)
        else { return nil }
        return Self(
            name: reader.text(Fields.name) ?? action,
            action: action,
            description: reader.text(Fields.description) ?? "",
            value: reader[Fields.value].map(JSON.init(yaml:)) ?? .null
        )
    }
}
