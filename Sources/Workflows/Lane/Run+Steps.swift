import Events

extension Run {
    /// Nobody starts a task for so long: then nobody will. Keptn's figure.
    public static let startTimeout = Duration.seconds(600)

    /// The first step from here on that is done with the result so far; nil at the end.
    var nextStep: Int? {
        guard let steps = definition?.steps else { return nil }
        if tasks.contains(where: { $0.step == step }) { return step }
        return (step..<max(step, steps.count)).first { isDone(steps[$0]) }
    }

    private func isDone(_ step: Shipyard.Step) -> Bool {
        switch step.condition {
        case nil: !hasFailed
        case .sequence(let verdicts): verdicts.contains(outcome?.result ?? .pass)
        case .task(let name, let verdicts):
            tasks.last { $0.name == name && !$0.isOpen }?.outcome.map { verdicts.contains($0.result) } ?? false
        }
    }

    /// When a task of the step under way is to be triggered, for the first time or again; nil where it is open or done.
    func due(_ task: Shipyard.Task, in step: Int) -> Timestamp? {
        guard let last = last(task, in: step) else { return stepSince + task.delay }
        guard let ended = last.endedAt, last.isFailure, last.attempt <= task.retries else { return nil }
        return ended + task.backoff * (1 << (last.attempt - 1))
    }

    /// When a task that is open has taken too long, and what is said of it then.
    func deadline(of task: TaskRun) -> (time: Timestamp, message: String)? {
        let timeout = definition?.steps[task.step].tasks.first { $0.name == task.name }?.timeout
        let whole = timeout.map { timeout in
            (task.triggeredAt + timeout, "`\(task.name)` did not end within its timeout of \(timeout.text)")
        }
        guard task.executors.isEmpty else { return whole }
        let start = task.triggeredAt + Self.startTimeout
        if let whole, whole.0 <= start {
            return (
                whole.0,
                "nobody answered: no executor started `\(task.name)` within its timeout of \(timeout?.text ?? "")"
            )
        }
        return (
            start,
            "nobody answered: no executor started `\(task.name)` within \(Self.startTimeout.text); is one subscribed to \(Event.taskTriggeredType(task.name))?"
        )
    }

    /// When something has to be decided without another event: the earliest of all that is due.
    var nextDue: Timestamp? {
        guard isOpen, let definition else { return nil }
        var times = tasks.filter(\.isOpen).compactMap { deadline(of: $0)?.time }
        if phase == .running, !isPaused, let step = nextStep {
            times += definition.steps[step].tasks.compactMap { due($0, in: step) }
        }
        return times.min()
    }

    /// Takes in how the step's tasks ended, once all of them did; then the next step is up.
    mutating func closeStep(at time: Timestamp) {
        guard let step = nextStep, let definition else { return }
        let tasks = definition.steps[step].tasks
        let isDone = tasks.allSatisfy { last($0, in: step)?.isOpen == false && due($0, in: step) == nil }
        guard isDone else { return }
        let counted = tasks.filter { !$0.continuesOnFailure || last($0, in: step)?.isFailure == false }
        let outcomes = counted.compactMap { last($0, in: step)?.outcome }
        if !hasFailed, let first = outcomes.first {
            let combined = outcomes.dropFirst().reduce(first) { $0.combined(with: $1) }
            outcome = combined
            hasFailed = combined.isFailure
            hasTimedOut = counted.contains { last($0, in: step)?.isTimedOut == true }
        }
        self.step = step + 1
        stepSince = time
    }

    /// Gives the lane up while nothing but a person's answer is missing, and queues for it again after that.
    mutating func waitIfForAPerson() {
        if phase == .waiting, !tasks.contains(where: \.isOpen) { phase = .queued }
        guard phase == .running, let step = nextStep, let tasks = definition?.steps[step].tasks else { return }
        let open = self.tasks.filter(\.isOpen)
        guard !open.isEmpty, open.allSatisfy({ $0.name == Sequencer.approval && !$0.executors.isEmpty }),
            tasks.allSatisfy({ due($0, in: step) == nil })
        else { return }
        phase = .waiting
    }
}
