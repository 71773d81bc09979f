import Documents

/// Says of a shipyard that can be read what would never happen, or twice.
struct ShipyardLint {
    let shipyard: Shipyard
    let log: DiagnosticLog

    func check(_ spec: MappingReader) {
        if shipyard.stages.isEmpty { log.error(at: spec.position, "there are no stages") }
        checkNames(shipyard.stages.map(\.name), of: "stage", at: spec.position)
        for stage in shipyard.stages {
            checkNames(stage.sequences.map(\.name), of: "sequence", at: spec.position)
            for trigger in stage.sequences.flatMap(\.triggers) { check(trigger) }
        }
    }

    private func checkNames(_ names: [String], of kind: String, at position: Position) {
        var seen = Set<String>()
        for name in names where !seen.insert(name).inserted {
            log.error(at: position, "two of one \(kind)s are called `\(name.abbreviated)`; the second would never run")
        }
    }

    /// What does not exist never ends.
    private func check(_ trigger: Shipyard.Trigger) {
        guard shipyard.sequence(trigger.sequence, in: trigger.stage) == nil else { return }
        let event = "\(trigger.stage).\(trigger.sequence)"
        let known = shipyard.stages.flatMap { stage in stage.sequences.map { "\(stage.name).\($0.name)" } }
        let hint = event.suggestion(among: known)
        log.warning(at: trigger.position, "this never fires: there is no sequence `\(event.abbreviated)`\(hint)")
    }
}
