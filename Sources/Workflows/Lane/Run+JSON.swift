import Events

/// The form in which a sequence is kept: what its events add up to, so that a start does not read them all again.
extension Run {
    public var json: JSON {
        var json: JSON = [
            "id": .text(id), "source": .text(source), "context": .text(context), "sequence": .text(sequence),
            "phase": .text(phase.rawValue),
            "triggered": .number(Double(triggeredAt.milliseconds)), "step": .number(Double(step)),
            "stepSince": .number(Double(stepSince.milliseconds)), "tasks": .array(tasks.map(\.json)),
            "dequeued": .number(Double(dequeued)),
        ]
        if isOpen { json["payload"] = payload }
        json["shipyard"] = shipyard.map { .text($0) }
        json["started"] = startedAt.map { .number(Double($0.milliseconds)) }
        json["ended"] = endedAt.map { .number(Double($0.milliseconds)) }
        json["outcome"] = outcome?.json
        json["release"] = release
        json["scoreBefore"] = scoreBefore.map { .number($0) }
        json["trace"] = traceParent.map { .text($0) }
        for (name, isSet) in [
            ("paused", isPaused), ("aborted", isAborted), ("timedOut", hasTimedOut), ("failed", hasFailed),
            ("resolved", isResolved),
        ] where isSet {
            json[name] = true
        }
        return json
    }

    /// - Returns: nil where it is not what ``json`` makes.
    public init?(_ json: JSON, lane: Lane, rules: some Rules) {
        guard let id = json["id"]?.text, let source = json["source"]?.text, let context = json["context"]?.text,
            let sequence = json["sequence"]?.text,
            let phase = json["phase"]?.text.flatMap(Phase.init(rawValue:)), let triggered = json["triggered"]?.time,
            let step = json["step"]?.integer, let stepSince = json["stepSince"]?.time,
            let dequeued = json["dequeued"]?.integer, let tasks = json["tasks"]?.array
        else { return nil }
        let payload = json["payload"] ?? .emptyObject
        self.init(
            id: id,
            source: source,
            context: context,
            lane: lane,
            sequence: sequence,
            at: triggered,
            payload: payload
        )
        self.phase = phase
        self.step = step
        self.stepSince = stepSince
        self.dequeued = dequeued
        self.tasks = tasks.compactMap(TaskRun.init)
        guard self.tasks.count == tasks.count else { return nil }
        shipyard = json["shipyard"]?.text
        startedAt = json["started"]?.time
        endedAt = json["ended"]?.time
        outcome = json["outcome"].flatMap(Outcome.init(kept:))
        traceParent = json["trace"]?.text
        release = json["release"]
        isPaused = json["paused"] == true
        isAborted = json["aborted"] == true
        hasTimedOut = json["timedOut"] == true
        hasFailed = json["failed"] == true
        isResolved = json["resolved"] == true
        scoreBefore = json["scoreBefore"]?.number
        definition = shipyard.flatMap { rules.definition($0, of: self) }
    }
}

extension TaskRun {
    fileprivate var json: JSON {
        var json: JSON = [
            "id": .text(id), "name": .text(name), "step": .number(Double(step)), "attempt": .number(Double(attempt)),
            "triggered": .number(Double(triggeredAt.milliseconds)),
        ]
        if !executors.isEmpty { json["executors"] = .array(executors.map { .text($0) }) }
        if finished > 0 { json["finished"] = .number(Double(finished)) }
        json["started"] = startedAt.map { .number(Double($0.milliseconds)) }
        json["ended"] = endedAt.map { .number(Double($0.milliseconds)) }
        json["outcome"] = outcome?.json
        if isTimedOut { json["timedOut"] = true }
        return json
    }

    fileprivate init?(_ json: JSON) {
        guard let id = json["id"]?.text, let name = json["name"]?.text, let step = json["step"]?.integer,
            let attempt = json["attempt"]?.integer, let triggered = json["triggered"]?.time
        else { return nil }
        self.init(id: id, name: name, step: step, attempt: attempt, triggeredAt: triggered)
        executors = (json["executors"]?.array ?? []).compactMap(\.text)
        finished = json["finished"]?.integer ?? 0
        startedAt = json["started"]?.time
        endedAt = json["ended"]?.time
        outcome = json["outcome"].flatMap(Outcome.init(kept:))
        isTimedOut = json["timedOut"] == true
    }
}

extension Outcome {
    fileprivate var json: JSON {
        ["status": .text(status.rawValue), "result": .text(result.rawValue), "message": .text(message)]
    }

    fileprivate init?(kept json: JSON) {
        guard let status = json["status"]?.text.flatMap(Status.init(rawValue:)),
            let result = json["result"]?.text.flatMap(Verdict.init(rawValue:))
        else { return nil }
        self.init(status: status, result: result, message: json["message"]?.text ?? "")
    }
}

extension JSON {
    fileprivate var time: Timestamp? { integer.map { Timestamp(milliseconds: Int64($0)) } }
}
