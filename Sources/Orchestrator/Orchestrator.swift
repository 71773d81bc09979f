import Events
import Executors
import Foundation
import Journal
import Logging
import ServiceLifecycle
import Tracing
import Workflows

/// The shell around the decisions: takes events in, keeps them with what follows from them, wakes timers, and hands tasks
/// out to the built-in executors.
///
/// There is one way in, ``submit(_:)``: executors, timers and people use it like everybody else.
public final class Orchestrator: Service {
    public let journal: Journal
    /// Wakes those who follow the log.
    public let signal: PositionSignal
    public let started = ContinuousClock.now
    /// What the gate has said since the start.
    public let verdicts: VerdictCounter
    let writer: GroupCommit
    let log: Logger
    private let executors: TaskExecutors
    private let work = RunningWork()
    private let handedOut: AsyncStream<Assignment>
    private let handOut: AsyncStream<Assignment>.Continuation
    private let deliveries: DeliveryPump
    private let retention: RetentionRunner

    /// How long a timer may be late.
    private static let timerInterval = Duration.milliseconds(100)
    private static let lanesAtOnce = 500
    /// Tasks that are carried out side by side; others wait.
    private static let tasksAtOnce = 64

    /// - Parameters:
    ///   - journal: Opened for the server.
    ///   - settings: What the server's operator says.
    ///   - environment: Where providers' credentials may stand.
    ///   - log: Where is told what an operator should know.
    /// - Throws: ``JournalFailure`` where the journal can't be read.
    public init(_ journal: Journal, settings: ServerFile, environment: [String: String], log: Logger) throws {
        self.journal = journal
        self.log = log
        let signal = PositionSignal(position: try journal.lastPosition())
        let (handedOut, handOut) = AsyncStream<Assignment>.makeStream()
        self.signal = signal
        self.handedOut = handedOut
        self.handOut = handOut
        let secrets = Secrets(folder: settings.secrets, environment: environment)
        executors = TaskExecutors(
            journal: journal,
            programs: settings.commands,
            variables: settings.variables,
            secrets: secrets,
            environment: environment
        )
        let work = work
        let verdicts = VerdictCounter()
        self.verdicts = verdicts
        let traces = settings.tracing.map { _ in TraceLog() }
        writer = GroupCommit(journal, clock: { .now }) { recorded, time in
            traces?.note(recorded, from: Timestamp.now - time)
            verdicts.note(recorded)
            for item in recorded {
                for assignment in item.assignments { handOut.yield(assignment) }
                work.note(item.event)
            }
            if let last = recorded.last { signal.advance(to: last.position) }
        }
        retention = RetentionRunner(journal: journal, writer: writer, settings: settings.retention, log: log)
        deliveries = DeliveryPump(
            journal: journal,
            writer: writer,
            signal: signal,
            secrets: secrets,
            environment: environment,
            log: log
        )
    }

    // MARK: The way in

    /// Keeps events, all or none, with everything that follows from them.
    ///
    /// - Returns: What became of each, once it is kept.
    /// - Throws: ``JournalFailure`` where they could not be kept.
    @discardableResult
    public func submit(_ events: [Event]) async throws -> [Receipt] {
        try await writer { ledger in try events.map { try ledger.take($0) } }
    }

    /// Keeps an event, for one who does not wait in a task.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - completion: Told once what became of it, on a thread that must not be held up.
    public func submit(_ event: Event, completion: @Sendable @escaping (Result<Receipt, any Error>) -> Void) {
        writer.submit({ try $0.take(event) }, completion: completion)
    }

    /// Does something else in a transaction of the one writer.
    ///
    /// - Returns: What the body returned, once it is kept.
    /// - Throws: ``JournalFailure``, or what the body threw before it wrote anything.
    func write<Value: Sendable>(_ body: @Sendable @escaping (Ledger) throws -> Value) async throws -> Value {
        try await writer(body)
    }

    /// Whether something could be kept now.
    ///
    /// - Throws: ``JournalFailure`` where not.
    public func probe() async throws {
        try await writer { try $0.probe() }
    }

    public var statistics: GroupCommit.Statistics { writer.statistics }
    public var backlog: Int { writer.backlog }

    // MARK: Running

    /// Runs until it is told to shut down; then what was handed in is kept, and the journal is closed.
    public func run() async throws {
        try await resume()
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.runTimers() }
                group.addTask { await self.runExecutors() }
                group.addTask { await self.deliveries.run() }
                group.addTask { await self.retention.run() }
            }
        }
        handOut.finish()
        writer.stop()
    }

    /// Takes up what was under way when the process ended: in time proportional to what is open.
    private func resume() async throws {
        var count = 0
        let reader = EventReader(.init(time: .now) { "" })
        for listed in try journal.openSequences() {
            count += 1
            for task in listed.run.tasks where task.isOpen && !task.executors.isEmpty {
                guard let kept = try journal.event(task.id, from: Sequencer.source),
                    let event = try? reader.event(Array(kept.body))
                else { continue }
                try await resume(task, event)
            }
        }
        if count > 0 { log.info("resumed", metadata: ["openSequences": "\(count)"]) }
    }

    /// Begins again what those of ours had begun who carry a task out; where the documents do not know one any more, nobody
    /// else would say how it ended.
    private func resume(_ task: TaskRun, _ event: Event) async throws {
        let assignments = try await write { $0.documents.assignments(for: event) }
        let prefix = Sequencer.executorSource + "/"
        for source in task.executors where source.hasPrefix(prefix) {
            let name = String(source.dropFirst(prefix.count))
            let ends = ["finished", "status.changed"].map { event.answer($0, by: name, at: .now, data: .emptyObject) }
            guard try ends.allSatisfy({ try journal.event($0.id, from: $0.source) == nil }) else { continue }
            if let assignment = assignments.first(where: { $0.name == name }) {
                handOut.yield(assignment)
            } else {
                let message = "`\(name)` carried it out when the server ended, and is not in the documents any more"
                let data: JSON = ["status": "errored", "result": "fail", "message": .text(message)]
                try await submit([event.answer("finished", by: name, at: .now, data: data)])
            }
        }
    }

    /// Each lane in a submission of its own: one that can't be decided must not hold the others up.
    private func runTimers() async {
        while !Task.isCancelled {
            do {
                if let due = try journal.nextDue(), due <= .now {
                    for lane in try await writer({ try $0.dueLanes(limit: Self.lanesAtOnce) }) {
                        do {
                            try await writer { try $0.decide(in: lane) }
                        } catch {
                            log.error("a timer can't be kept", metadata: ["lane": "\(lane)", "error": "\(error)"])
                        }
                    }
                }
            } catch {
                log.error("timers can't be read", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
            try? await Task.sleep(for: Self.timerInterval)
        }
    }

    private func runExecutors() async {
        await withTaskGroup(of: Void.self) { group in
            var count = 0
            for await assignment in handedOut {
                if count == Self.tasksAtOnce {
                    await group.next()
                } else {
                    count += 1
                }
                group.addTask { await self.work.run(assignment) { await self.carryOut(assignment) } }
            }
        }
    }

    /// What a task's work comes to is kept, however long that takes: the work is not done twice for a full disk.
    private func carryOut(_ assignment: Assignment) async {
        let event = assignment.event
        let answer = await ServiceContext.$current.withValue(ServiceContext(traceParent: event.traceParent)) {
            await executors.carryOut(assignment)
        }
        // What was cancelled says nothing of the task: that has ended in the log, or is begun again after a restart.
        guard !Task.isCancelled else { return }
        var pause = Duration.milliseconds(200)
        while !Task.isCancelled {
            do {
                try await submit([answer])
                return
            } catch {
                log.error("a task's result can't be kept", metadata: ["task": "\(event.id)", "error": "\(error)"])
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(10))
            }
        }
    }
}
