import Events

/// The sequences of one lane that have not ended, in the order in which they were triggered.
///
/// A fold of the lane's events: ``apply(_:at:rules:)`` takes in what happened, ``decide(at:rules:)`` says what
/// follows. Both are functions of their arguments alone, so that a decision that is made again after a crash is the same.
public struct LaneState: Sendable, Equatable {
    public let lane: Lane
    public private(set) var runs: [Run]
    /// What was done about problems here of late.
    public private(set) var remediations: [PastRemediation]
    /// What was last judged well here.
    public private(set) var released: Release?
    /// The ids of what has changed since it was last asked.
    private var changed: Set<String> = []

    /// Why an event changes nothing.
    public enum Ignored: Error, Sendable, Equatable, CustomStringConvertible {
        case noOpenTask(String)
        case otherTask(named: String)
        case notStarted
        case stageDiffers(String)
        case onlyBySequencer
        case noOpenSequence
        case knownID
        case builtIn(String)

        public var description: String {
            switch self {
            case .noOpenTask(let id):
                id.isEmpty
                    ? "it names no task: `triggeredid` is missing" : "no task with the id `\(id)` is open in this lane"
            case .otherTask(let name): "the task that it names is a `\(name)`"
            case .notStarted: "as many executors finished the task as started it"
            case .stageDiffers(let stage): "its type says the stage `\(stage)`, its data another"
            case .onlyBySequencer: "only the sequencer says so"
            case .knownID: "a sequence with this id is open in this lane already"
            case .builtIn(let task): "the task `\(task)` is built in; nobody else carries it out"
            case .noOpenSequence: "no sequence with that id is open in this lane"
            }
        }
    }

    public init(lane: Lane, runs: [Run] = [], remediations: [PastRemediation] = [], released: Release? = nil) {
        self.lane = lane
        self.runs = runs
        self.remediations = remediations
        self.released = released
    }

    /// The sequences that have changed since the last call. Those that have ended are then taken out: they are history.
    public mutating func takeChanges() -> [Run] {
        guard !changed.isEmpty else { return [] }
        let changes = runs.filter { changed.contains($0.id) }
        changed.removeAll(keepingCapacity: true)
        runs.removeAll { !$0.isOpen }
        return changes
    }

    public func run(_ id: String) -> Run? { runs.first { $0.id == id } }

    /// When something has to be decided without another event.
    public var nextDue: Timestamp? { runs.compactMap(\.nextDue).min() }

    /// Takes in what happened.
    ///
    /// - Parameters:
    ///   - event: An event of this lane, that was not taken in before.
    ///   - time: When it was received, by the journal's clock, which never goes back.
    ///   - rules: What sequences are defined by.
    /// - Throws: ``Ignored`` where it changes nothing.
    public mutating func apply(_ event: Event, at time: Timestamp, rules: some Rules) throws(Ignored) {
        switch EventKind(event.type) {
        case .sequenceTriggered(let stage, let sequence):
            guard stage == lane.stage else { throw .stageDiffers(stage) }
            guard run(event.id) == nil else { throw .knownID }
            // Keptn tells of a problem's end by the event of its beginning.
            if sequence == Sequencer.remediation, let problem = Problem(event.data), problem.isClosed {
                return resolve(problem.id, context: event.context)
            }
            var run = Run(
                id: event.id,
                source: event.source,
                context: event.context,
                lane: lane,
                sequence: sequence,
                at: time,
                // By which objectives is judged, is said by a person, or by the documents.
                payload: event.source == Sequencer.operatorSource ? event.data : event.data.withoutSLO
            )
            run.traceParent = event.traceParent
            if sequence == Sequencer.remediation { run.scoreBefore = run.payload["evaluation"]?["score"]?.number }
            runs.append(run)
            changed.insert(run.id)
        case .dequeued:
            try change(event) { run in
                let sha256 = event.data["shipyard"]?.text ?? ""
                run.definition = rules.definition(sha256, of: run)
                run.shipyard = sha256
                run.phase = .running
                run.dequeued += 1
                if run.startedAt == nil {
                    run.startedAt = time
                    run.stepSince = time
                }
            }
        case .paused: try change(event) { $0.isPaused = true }
        case .resumed: try change(event) { $0.isPaused = false }
        case .aborted: try change(event) { $0.isAborted = true }
        case .sequenceFinished:
            try change(event) { run in
                run.phase = .ended
                run.endedAt = time
                let outcome = Outcome(event.data)
                run.release = run.release(outcome)
                run.outcome = outcome
                run.payload = .emptyObject
            }
            if let run = run(event.triggeredID ?? ""), let data = run.release {
                released = Release(context: run.context, data: data)
            }
            remember(event.triggeredID, at: time)
        case .taskTriggered(let name):
            guard event.source == Sequencer.source else { return }
            try change(event) { run in
                guard let step = run.nextStep else { return }
                let attempt = run.tasks.count { $0.step == step && $0.name == name } + 1
                run.tasks.append(
                    TaskRun(id: event.id, name: name, step: step, attempt: attempt, triggeredAt: time)
                )
                run.step = step
            }
        case .taskStarted(let name):
            try changeTask(event, name) { run, index in
                run.tasks[index].executors.append(event.source)
                run.tasks[index].startedAt = run.tasks[index].startedAt ?? time
                // One that answers itself at once does not give the lane up.
                if event.data[name]?["automatic"] != true { run.waitIfForAPerson() }
            }
        case .taskStatusChanged(let name): try changeTask(event, name) { _, _ in }
        // An evaluation that nobody asked for answers no task; it is kept for itself.
        case .taskFinished where event.triggeredID == nil && event.source == Sequencer.executorSource: return
        case .taskFinished(let name): try finish(event, name, at: time)
        case .problemResolved:
            guard Sequencer.isReserved(event.source) else { throw .onlyBySequencer }
            resolve(Problem(event.data)?.id ?? "", context: event.context)
        case .other: return
        }
    }

    /// Notes a remediation that has ended, and forgets those of long ago.
    private mutating func remember(_ id: String?, at time: Timestamp) {
        guard let run = runs.first(where: { $0.id == id }), run.sequence == Sequencer.remediation,
            let started = run.startedAt
        else { return }
        remediations.removeAll { $0.ended + PastRemediation.memory < time }
        let isRound = PastRemediation.isRound(source: run.source, context: run.context, after: remediations)
        remediations.append(
            PastRemediation(context: run.context, started: started, ended: time, isRound: isRound)
        )
    }

    /// The remediations of a problem that is no more have nothing left to do.
    private mutating func resolve(_ problem: String, context: String) {
        for index in runs.indices where runs[index].isOpen && runs[index].sequence == Sequencer.remediation {
            let id = Problem(runs[index].payload)?.id ?? ""
            guard runs[index].context == context || !id.isEmpty && id == problem else { continue }
            runs[index].isResolved = true
            changed.insert(runs[index].id)
        }
    }

    private mutating func finish(_ event: Event, _ name: String, at time: Timestamp) throws(Ignored) {
        let isBySequencer = event.source == Sequencer.source
        var isStarted = true
        try changeTask(event, name) { run, index in
            isStarted = isBySequencer || run.tasks[index].executors.count > run.tasks[index].finished
            guard isStarted else { return }
            let data = event.data
            let outcome = Outcome(data)
            run.tasks[index].outcome = run.tasks[index].outcome.map { $0.combined(with: outcome) } ?? outcome
            run.tasks[index].finished += 1
            run.tasks[index].isTimedOut = isBySequencer && outcome.status == .errored
            run.payload = run.payload.merged(with: data.inheritable)
            guard isBySequencer || run.tasks[index].finished == run.tasks[index].executors.count else { return }
            run.tasks[index].endedAt = time
            run.closeStep(at: time)
            run.waitIfForAPerson()
        }
        guard isStarted else { throw .notStarted }
    }

    /// Changes the sequence that the event answers.
    private mutating func change(_ event: Event, _ body: (inout Run) -> Void) throws(Ignored) {
        guard event.source == Sequencer.source || event.source == Sequencer.operatorSource else {
            throw .onlyBySequencer
        }
        guard let index = runs.firstIndex(where: { $0.id == event.triggeredID && $0.isOpen }) else {
            throw .noOpenSequence
        }
        changed.insert(runs[index].id)
        body(&runs[index])
    }

    /// Changes the open task that the event answers.
    private mutating func changeTask(
        _ event: Event,
        _ name: String,
        _ body: (inout Run, _ index: Int) -> Void
    ) throws(Ignored) {
        let id = event.triggeredID ?? ""
        // Whoever may send events must not be able to approve, or to say what the gate says.
        guard !Sequencer.isBuiltIn(name) || Sequencer.isReserved(event.source) else { throw .builtIn(name) }
        for run in runs.indices where runs[run].isOpen {
            guard let index = runs[run].tasks.lastIndex(where: { $0.id == id && $0.isOpen }) else { continue }
            guard runs[run].tasks[index].name == name else {
                throw .otherTask(named: runs[run].tasks[index].name)
            }
            changed.insert(runs[run].id)
            return body(&runs[run], index)
        }
        throw .noOpenTask(id)
    }
}

extension JSON {
    /// What later tasks are told of a task's result: not its message, and neither the evidence nor the output,
    /// which its own event keeps.
    fileprivate var inheritable: JSON {
        guard var members = object else { return .emptyObject }
        members["message"] = nil
        members["evidence"] = nil
        members["output"] = nil
        return JSON.object(members).withoutSLO
    }

    fileprivate var withoutSLO: JSON {
        guard self[Sequencer.evaluation]?["slo"] != nil, var evaluation = self[Sequencer.evaluation] else {
            return self
        }
        var data = self
        evaluation["slo"] = nil
        data[Sequencer.evaluation] = evaluation
        return data
    }
}
