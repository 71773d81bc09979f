import Documents
import Events

extension Shipyard {
    private enum Kind: String, CaseIterable { case shipyard = "Shipyard" }

    private static let group = "spec.keptn.sh/"
    private static let versions = ["0.2.0", "0.2.1", "0.2.2", "0.2.3"]

    /// Reads a shipyard file; mistakes and oddities are all reported.
    ///
    /// - Parameters:
    ///   - text: The YAML text.
    ///   - file: Its name, for the diagnostics.
    /// - Returns: What it says, and what there is to say about it.
    public static func read(_ text: String, file: String) -> Reading<Shipyard> {
        let log = DiagnosticLog(file: file)
        return Reading(value: YAML.read(text, log: log).flatMap { decode($0, log: log) }, log: log)
    }

    private static func decode(_ root: Node, log: DiagnosticLog) -> Shipyard? {
        guard !isOlder(root, log: log),
            let reader = MappingReader(root, as: "a shipyard", fields: Fields.all, log: log)
        else { return nil }
        _ = reader.choice(Fields.kind, of: Kind.self)
        checkVersion(reader, log: log)
        let metadata = reader[Fields.metadata].flatMap {
            MappingReader($0, as: "`metadata`", fields: MetadataFields.all, log: log)
        }
        let spec = reader[Fields.spec].flatMap { MappingReader($0, as: "`spec`", fields: SpecFields.all, log: log) }
        guard let spec else { return nil }
        let shipyard = Shipyard(
            name: metadata?.text(MetadataFields.name) ?? "",
            stages: spec.list(SpecFields.stages).compactMap { Stage.decode($0, log: log) }
        )
        if !log.hasErrors { ShipyardLint(shipyard: shipyard, log: log).check(spec) }
        return shipyard
    }

    /// Whether it is written in the form of 0.1, which had stages at the top and strategies in place of tasks.
    private static func isOlder(_ root: Node, log: DiagnosticLog) -> Bool {
        let isOlder = root["stages"] != nil || root["spec"] != nil && root["apiVersion"] == nil
        guard isOlder else { return false }
        log.error(
            at: root.position,
            "this is a shipyard of 0.1 or of a proposal; today it begins with `apiVersion: spec.keptn.sh/0.2.3`,"
                + " `kind: Shipyard`, `metadata: {name: …}` and `spec: {stages: […]}`, and each stage has `sequences` of"
                + " `tasks`: `deployment_strategy: direct` is now a task `deployment` with `properties:"
                + " {deploymentstrategy: direct}`, `test_strategy` a task `test` with `properties: {teststrategy: …}`"
        )
        return true
    }

    private static func checkVersion(_ reader: MappingReader, log: DiagnosticLog) {
        guard let version = reader.text(Fields.apiVersion), let node = reader[Fields.apiVersion] else { return }
        guard version.hasPrefix(group) else {
            log.error(at: node.position, "`apiVersion` must be \(Fields.apiVersion.form), not \(node.kindName)")
            return
        }
        guard !versions.contains(String(version.dropFirst(group.count))) else { return }
        log.warning(
            at: node.position,
            "there never was \(node.kindName); it is read as `spec.keptn.sh/0.2.3`, write that"
        )
    }
}

extension Shipyard.Stage {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Shipyard.StageFields
        guard let reader = MappingReader(node, as: "a stage", fields: Fields.all, log: log) else { return nil }
        return Self(
            name: reader.text(Fields.name) ?? "",
            sequences: reader.list(Fields.sequences).compactMap { Shipyard.Sequence.decode($0, log: log) }
        )
    }
}

extension Shipyard.Sequence {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Shipyard.SequenceFields
        guard let reader = MappingReader(node, as: "a sequence", fields: Fields.all, log: log) else { return nil }
        if let position = reader.keyPosition(of: Fields.triggers) {
            log.warning(at: position, "`triggers` is the older form; write `triggeredOn: [{event: …}]`")
        }
        let older = reader.list(Fields.triggers).compactMap { Shipyard.Trigger.decode(event: $0, log: log) }
        return Self(
            name: reader.text(Fields.name) ?? "",
            triggers: older + reader.list(Fields.triggeredOn).compactMap { Shipyard.Trigger.decode($0, log: log) },
            steps: reader.list(Fields.tasks).compactMap { Shipyard.Step.decode($0, log: log) }
        )
    }
}
