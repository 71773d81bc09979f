import Events

/// The events that the sequencer sends for a sequence.
extension Run {
    func event(
        _ type: String,
        id: String,
        at time: Timestamp,
        triggeredID: String? = nil,
        data: JSON
    ) -> Event {
        Event(
            type: type,
            id: id,
            source: Sequencer.source,
            time: time,
            context: context,
            triggeredID: triggeredID ?? self.id,
            traceParent: traceParent,
            lane: lane,
            data: data.placed(in: lane)
        )
    }

    /// The input, every earlier result laid over it, and the task's properties; status and result are the last task's.
    ///
    /// A task called `rollback` is told what to go back to.
    func triggered(_ task: Shipyard.Task, in step: Int, at time: Timestamp, released: Release?) -> Event {
        let attempt = tasks.count { $0.step == step && $0.name == task.name } + 1
        var data = payload
        data["message"] = nil
        data["status"] = tasks.isEmpty ? nil : outcome.map { .text($0.status.rawValue) }
        data["result"] = tasks.isEmpty ? nil : outcome.map { .text($0.result.rawValue) }
        // Who is asked, is what the shipyard says alone: whoever sends events or carries out tasks must not say it.
        let before = task.name == Sequencer.approval ? nil : data[task.name]
        data[task.name] = (before ?? .emptyObject).merged(with: task.properties)
        if task.name == Sequencer.rollback, let released {
            data[task.name] = (data[task.name] ?? .emptyObject).merged(with: released.json)
        }
        return event(
            Event.taskTriggeredType(task.name),
            id: derivedID("triggered \(step) \(attempt) \(task.name)"),
            at: time,
            data: data
        )
    }

    /// The end of a task that nobody carries out any more: it has taken too long, or is not to be done.
    func ended(_ task: TaskRun, _ status: Status, _ message: String, at time: Timestamp) -> Event {
        event(
            Event.taskFinishedType(task.name),
            id: DerivedID.make("timed out", from: task.id),
            at: time,
            triggeredID: task.id,
            data: ["status": .text(status.rawValue), "result": "fail", "message": .text(message)]
        )
    }

    func finished(_ outcome: Outcome, at time: Timestamp) -> Event {
        var data = payload
        data["status"] = .text(outcome.status.rawValue)
        data["result"] = .text(outcome.result.rawValue)
        data["message"] = .text(outcome.message)
        return event(
            Event.sequenceFinishedType(lane.stage, sequence),
            id: derivedID("finished"),
            at: time,
            data: data
        )
    }

    /// The sequences that start because this one ended so: they inherit its context, labels and payload.
    func followers(_ outcome: Outcome, in shipyard: Shipyard?, at time: Timestamp) -> [Event] {
        var payload = payload
        for name in ["message", "status", "result"] { payload[name] = nil }
        return (shipyard?.stages ?? []).flatMap { stage in
            stage.sequences.filter { $0.triggers.contains { fires($0, outcome) } }.map { follower in
                let lane = Lane(project: lane.project, stage: stage.name, service: lane.service)
                return Event(
                    type: Event.sequenceTriggeredType(stage.name, follower.name),
                    id: derivedID("follower \(stage.name).\(follower.name)"),
                    source: Sequencer.source,
                    time: time,
                    context: context,
                    triggeredID: id,
                    traceParent: traceParent,
                    lane: lane,
                    data: payload.placed(in: lane)
                )
            }
        }
    }

    private func fires(_ trigger: Shipyard.Trigger, _ outcome: Outcome) -> Bool {
        guard trigger.stage == lane.stage, trigger.sequence == sequence else { return false }
        switch trigger.selector {
        case .sequence(let verdicts): return verdicts.contains(outcome.result)
        case .task(let name, let verdicts):
            let last = tasks.last { $0.name == name && !$0.isOpen }
            return last?.outcome.map { verdicts.contains($0.result) } ?? false
        }
    }
}

extension JSON {
    /// With the names of the lane in it.
    fileprivate func placed(in lane: Lane) -> JSON {
        var data = object == nil ? .emptyObject : self
        data["project"] = .text(lane.project)
        data["stage"] = .text(lane.stage)
        data["service"] = .text(lane.service)
        return data
    }
}
