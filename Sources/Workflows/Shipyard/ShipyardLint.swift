import Documents
import Events

/// Says of a shipyard that can be read what would never happen, or twice.
struct ShipyardLint {
    let shipyard: Shipyard
    let log: DiagnosticLog

    func check(_ spec: MappingReader) {
        if shipyard.stages.isEmpty { log.error(at: spec.position, "there are no stages") }
        checkNames(shipyard.stages.map(\.name), of: "stage", at: spec.position)
        checkTypes(at: spec.position)
        for stage in shipyard.stages {
            checkNames(stage.sequences.map(\.name), of: "sequence", at: spec.position)
            for trigger in stage.sequences.flatMap(\.triggers) { check(trigger) }
        }
        checkCircles()
    }

    /// Sequences that start each other, none of which has a task that somebody has to do, would never stop.
    private func checkCircles() {
        var open: [String: [Shipyard.Trigger]] = [:]
        for stage in shipyard.stages {
            for sequence in stage.sequences where sequence.mayEndAtOnce {
                open["\(stage.name).\(sequence.name)"] = sequence.triggers
            }
        }
        // What is started by nothing that is left can't be part of a circle.
        var count: Int
        repeat {
            count = open.count
            let left = open
            open = left.filter { _, triggers in triggers.contains { left["\($0.stage).\($0.sequence)"] != nil } }
        } while open.count < count
        guard let (name, triggers) = open.min(by: { $0.key < $1.key }), let trigger = triggers.first else { return }
        log.error(
            at: trigger.position,
            "`\(name.abbreviated)` would start itself for ever: no sequence of this circle has a task that is always done"
        )
    }

    /// Names become parts of events' types, and have to be told from them again.
    private func checkTypes(at position: Position) {
        for stage in shipyard.stages {
            for sequence in stage.sequences {
                let kind = EventKind(Event.sequenceTriggeredType(stage.name, sequence.name))
                if kind != .sequenceTriggered(stage: stage.name, sequence: sequence.name) || !isName(sequence.name)
                    || !isName(stage.name)
                {
                    let name = "\(stage.name).\(sequence.name)".abbreviated
                    log.error(
                        at: position,
                        "`\(name)`: a stage's name has no dot, and neither name is empty, longer than 200 characters or has control characters"
                    )
                }
                for task in sequence.tasks
                where EventKind(Event.taskTriggeredType(task.name)) != .taskTriggered(task.name) || !isName(task.name) {
                    log.error(
                        at: position,
                        "`\(task.name.abbreviated)`: a task's name has no dot, and is not empty, longer than 200 characters or with control characters"
                    )
                }
            }
        }
    }

    private func isName(_ name: String) -> Bool {
        (1...200).contains(name.unicodeScalars.count)
            && !name.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
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

extension Shipyard.Sequence {
    /// Whether it may come to its end without anybody having done anything.
    fileprivate var mayEndAtOnce: Bool {
        steps.allSatisfy { $0.condition != nil || $0.tasks.allSatisfy(\.isAnsweredAtOnce) }
    }
}

extension Shipyard.Task {
    /// Whether Tidegate answers it in the transaction in which it is triggered.
    fileprivate var isAnsweredAtOnce: Bool {
        guard delay == .zero else { return false }
        let isAutomatic = ["pass", "warning"].contains { properties[$0] == "automatic" }
        return name == Sequencer.getAction || name == Sequencer.approval && isAutomatic
    }
}
