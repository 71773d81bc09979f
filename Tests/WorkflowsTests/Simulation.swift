import Events
import Testing
import Workflows

/// A random generator that gives the same numbers for the same seed (SplitMix64, Steele and others 2014).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct KnownRules: Rules {
    var shipyards: [String: Shipyard] = [:]
    var currentSHA256: String?

    func current(of project: String) -> (sha256: String, shipyard: Shipyard)? {
        currentSHA256.flatMap { sha256 in shipyards[sha256].map { (sha256, $0) } }
    }

    func version(_ sha256: String) -> Shipyard? { shipyards[sha256] }
}

/// One world of one seed: a random shipyard, senders and executors that duplicate, reorder, delay and lie, a clock that
/// jumps, and a sequencer that dies between what it decided and what it did about it.
struct Simulation {
    let seed: UInt64
    private static let lanes = ["dev", "prod", "nowhere"].flatMap { stage in
        ["a", "b"].map { Lane(project: "p", stage: stage, service: $0) }
    }

    private var random: SeededGenerator
    private var shipyards = KnownRules()
    private var log: [(event: Event, received: Timestamp)] = []
    private var ids: Set<String> = []
    private var lanes: [Lane: LaneState] = [:]
    private var ended: [String: Run] = [:]
    private var triggered: Set<String> = []
    /// Events that are on their way.
    private var mail: [Event] = []
    private var clock: Int64 = 1_700_000_000_000
    private var lastReceived = Timestamp(milliseconds: 0)
    private var made = 0
    private var problems: [String] = []

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(state: seed)
    }

    /// - Returns: What went wrong; empty where nothing did.
    mutating func run() -> [String] {
        shipyards.shipyards["v1"] = randomShipyard()
        shipyards.shipyards["v2"] = randomShipyard()
        shipyards.currentSHA256 = "v1"
        for _ in 0..<Int.random(in: 4...24, using: &random) where problems.isEmpty { step() }
        // Then the world calms down: whatever is still open has to end.
        var rounds = 0
        while problems.isEmpty, lanes.values.contains(where: { !$0.runs.isEmpty }), rounds < 400 {
            rounds += 1
            settle()
        }
        if problems.isEmpty, rounds == 400 { problems.append("a sequence never ended") }
        if problems.isEmpty { checkFold() }
        return problems
    }

    // MARK: The world

    private mutating func step() {
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1, 2: trigger()
        case 3: clock += Int64.random(in: -5000...5000, using: &random)
        case 4: clock += Int64.random(in: 0...900_000, using: &random)
        case 5: control()
        case 6: crash()
        case 7: shipyards.currentSHA256 = Bool.random(using: &random) ? "v1" : "v2"
        case 8: lie()
        default: deliver()
        }
        wake()
    }

    private mutating func settle() {
        mail.shuffle(using: &random)
        deliver()
        for lane in Self.lanes where lanes[lane]?.runs.isEmpty == false {
            for run in lanes[lane]?.runs ?? [] {
                if run.isPaused { submit(operation("resumed", run)) }
                // Who has started gets done; a task that nobody starts times out.
                for task in run.tasks where task.isOpen && task.executors.count > task.finished {
                    submit(answer("finished", to: task, of: run, result: "pass"))
                }
            }
        }
        clock += 700_000
        wake()
    }

    private mutating func trigger() {
        let stage = ["dev", "prod", "nowhere"].randomElement(using: &random) ?? "dev"
        let sequence = ["delivery", "rollback", "evaluation", "unknown"].randomElement(using: &random) ?? "delivery"
        let service = ["a", "b"].randomElement(using: &random) ?? "a"
        let lane = Lane(project: "p", stage: stage, service: service)
        let event = event(
            "sh.keptn.event.\(stage).\(sequence).triggered",
            in: lane,
            data: ["input": .number(Double(made))]
        )
        submit(event)
        if Bool.random(using: &random) { mail.append(event) }
    }

    private mutating func control() {
        let runs = lanes.values.flatMap(\.runs).sorted { $0.id < $1.id }
        guard let run = runs.randomElement(using: &random) else { return }
        submit(operation(["paused", "resumed", "aborted"].randomElement(using: &random) ?? "paused", run))
    }

    /// Somebody answers what nobody asked.
    private mutating func lie() {
        let lane = Lane(project: "p", stage: "dev", service: "a")
        let known = log.randomElement(using: &random)?.event.id
        var event = event(
            "sh.keptn.event.deployment.\(Bool.random(using: &random) ? "finished" : "started")",
            in: lane,
            data: ["result": "pass", "status": "succeeded"]
        )
        event = Event(
            type: event.type,
            id: event.id,
            source: event.source,
            time: event.time,
            context: event.context,
            triggeredID: Bool.random(using: &random) ? known : nil,
            lane: lane,
            data: event.data
        )
        submit(event)
    }

    private mutating func deliver() {
        let count = Int.random(in: 0...max(1, mail.count), using: &random)
        for _ in 0..<min(count, mail.count) {
            let index = Int.random(in: 0..<mail.count, using: &random)
            let event = mail.remove(at: index)
            submit(event)
            if Int.random(in: 0..<4, using: &random) == 0 { submit(event) }
        }
    }

    /// The process dies: what was kept is what there is, read back from its form on disk, and decided on again.
    private mutating func crash() {
        for (lane, state) in lanes {
            let runs = state.runs.map { run -> Run in
                let kept = (try? JSON(parsing: run.json.bytes)).flatMap { Run($0, lane: lane, rules: shipyards) }
                if kept != run { problems.append("a sequence is not read back as it was kept: \(run)") }
                return kept ?? run
            }
            lanes[lane] = LaneState(lane: lane, runs: runs)
        }
    }

    // MARK: The shell

    private var now: Timestamp { max(Timestamp(milliseconds: clock), lastReceived) }

    private mutating func submit(_ event: Event) {
        guard take(event) else { return }
        decide()
    }

    /// Keeps an event and applies it; an event that is known already is nothing.
    @discardableResult
    private mutating func take(_ event: Event) -> Bool {
        guard ids.insert(event.source + "\n" + event.id).inserted else { return false }
        let time = now
        lastReceived = time
        log.append((event, time))
        guard let lane = event.lane else { return true }
        var state = lanes[lane] ?? LaneState(lane: lane)
        if case .sequenceTriggered = EventKind(event.type) { triggered.insert(event.id) }
        do throws(LaneState.Ignored) {
            try state.apply(event, at: time, rules: shipyards)
        } catch {
            if event.source == Sequencer.source { problems.append("its own event \(event.type) was ignored: \(error)") }
        }
        check(state)
        for run in state.runs where !run.isOpen {
            if ended.updateValue(run, forKey: run.id) != nil { problems.append("\(run.id) ended twice") }
        }
        _ = state.takeChanges()
        lanes[lane] = state
        answer(event)
        return true
    }

    /// Decides until nothing follows. Now and then it dies after an append: then all is decided again from what was kept.
    private mutating func decide() {
        var rounds = 0
        var isQuiet = false
        while !isQuiet, problems.isEmpty {
            isQuiet = true
            for lane in Self.lanes where lanes[lane]?.runs.isEmpty == false {
                let events = lanes[lane]?.decide(at: now, rules: shipyards) ?? []
                for event in events {
                    isQuiet = false
                    if !take(event), event.lane == lane {
                        problems.append("decided twice, with another state: \(event.type) \(event.id)")
                    }
                }
            }
            rounds += 1
            if rounds > 1000 { problems.append("decisions without end") }
            if Int.random(in: 0..<16, using: &random) == 0 { crash() }
        }
    }

    private mutating func wake() {
        guard lanes.values.contains(where: { $0.nextDue.map { $0 <= now } ?? false }) else { return }
        decide()
        for state in lanes.values {
            if let due = state.nextDue, due <= now { problems.append("overdue after all was decided") }
        }
    }

    /// No two sequences in a lane, and no task beside the one that is its turn.
    private mutating func check(_ state: LaneState) {
        if state.runs.count(where: { $0.phase == .running }) > 1 {
            problems.append("two sequences run in \(state.lane)")
        }
        for run in state.runs where run.isOpen {
            if Set(run.tasks.map(\.id)).count != run.tasks.count { problems.append("a task was triggered twice") }
            if Set(run.tasks.filter(\.isOpen).map(\.step)).count > 1 { problems.append("two steps at once") }
        }
    }

    /// The log alone makes the same state as all that happened.
    private mutating func checkFold() {
        var folded: [Lane: LaneState] = [:]
        var history: [String: Run] = [:]
        for (event, received) in log {
            guard let lane = event.lane else { continue }
            try? folded[lane, default: LaneState(lane: lane)].apply(event, at: received, rules: shipyards)
            for run in folded[lane]?.runs ?? [] where !run.isOpen { history[run.id] = run }
            _ = folded[lane]?.takeChanges()
        }
        if history != ended { problems.append("the log does not make the same sequences again") }
        for id in triggered where history[id] == nil {
            let event = log.first { $0.event.id == id }?.event
            // Keptn's type and data may disagree about the stage: then it is no sequence.
            if event?.lane?.stage == event.flatMap({ stage(of: $0) }) { problems.append("\(id) never ended") }
        }
    }

    private func stage(of event: Event) -> String? {
        guard case .sequenceTriggered(let stage, _) = EventKind(event.type) else { return nil }
        return stage
    }

    // MARK: Executors

    /// What executors send when they see a triggered event; some never answer, some twice, some in the wrong order.
    private mutating func answer(_ event: Event) {
        guard case .taskTriggered(let name) = EventKind(event.type), event.source == Sequencer.source,
            let run = event.lane.flatMap({ lanes[$0] })?.runs.first(where: { $0.id == event.triggeredID }),
            let task = run.tasks.first(where: { $0.id == event.id })
        else { return }
        guard Int.random(in: 0..<10, using: &random) > 0 else { return }
        let count = name == "approval" ? 1 : Int.random(in: 1...2, using: &random)
        for _ in 0..<count {
            mail.append(answer("started", to: task, of: run, result: nil))
            let results = ["pass", "pass", "pass", "warning", "fail"]
            guard name != "approval", Int.random(in: 0..<12, using: &random) > 0 else { continue }
            mail.append(answer("finished", to: task, of: run, result: results.randomElement(using: &random)))
        }
    }

    private mutating func answer(_ verb: String, to task: TaskRun, of run: Run, result: String?) -> Event {
        made += 1
        var data: JSON = [
            "project": .text(run.lane.project), "stage": .text(run.lane.stage), "service": .text(run.lane.service),
        ]
        if let result {
            data["result"] = .text(result)
            data["status"] = "succeeded"
            data[task.name] = ["made": .number(Double(made))]
        }
        return Event(
            type: "sh.keptn.event.\(task.name).\(verb)",
            id: "e\(made)",
            source: ["approval", "evaluation"].contains(task.name) ? Sequencer.executorSource : "executor",
            time: Timestamp(milliseconds: clock),
            context: run.context,
            triggeredID: task.id,
            lane: run.lane,
            data: data
        )
    }

    private mutating func operation(_ verb: String, _ run: Run) -> Event {
        made += 1
        return Event(
            type: "dev.tidegate.sequence.\(verb)",
            id: "o\(made)",
            source: Sequencer.operatorSource,
            time: Timestamp(milliseconds: clock),
            context: run.context,
            triggeredID: run.id,
            lane: run.lane,
            data: [
                "project": .text(run.lane.project), "stage": .text(run.lane.stage), "service": .text(run.lane.service),
            ]
        )
    }

    private mutating func event(_ type: String, in lane: Lane, data: JSON) -> Event {
        made += 1
        let names: JSON = ["project": .text(lane.project), "stage": .text(lane.stage), "service": .text(lane.service)]
        return Event(
            type: type,
            id: "s\(made)",
            source: "sender",
            time: Timestamp(milliseconds: clock),
            context: "c\(made)",
            lane: lane,
            data: data.merged(with: names)
        )
    }

    // MARK: Rules

    private mutating func randomShipyard() -> Shipyard {
        let stages = ["dev", "prod"].map { stage in
            Shipyard.Stage(
                name: stage,
                sequences: ["delivery", "rollback"].map { name in
                    Shipyard.Sequence(
                        name: name,
                        triggers: randomTriggers(of: stage, name),
                        steps: (0..<Int.random(in: 0...4, using: &random)).map { _ in randomStep() }
                    )
                }
            )
        }
        return Shipyard(name: "s", stages: stages)
    }

    /// Only forward, so that no chain comes back to where it began.
    private mutating func randomTriggers(of stage: String, _ name: String) -> [Shipyard.Trigger] {
        let order = ["dev.delivery", "dev.rollback", "prod.delivery", "prod.rollback"]
        let own = order.firstIndex(of: "\(stage).\(name)") ?? 0
        return order[..<own].filter { _ in Bool.random(using: &random) }.map { earlier in
            let parts = earlier.split(separator: ".").map(String.init)
            return Shipyard.Trigger(stage: parts[0], sequence: parts[1], selector: randomSelector() ?? .default)
        }
    }

    private mutating func randomStep() -> Shipyard.Step {
        let names = ["deployment", "test", "approval", "evaluation", "release"].shuffled(using: &random)
        let count = Int.random(in: 0..<4, using: &random) == 0 ? 3 : 1
        return Shipyard.Step(
            tasks: names.prefix(count).map { name in
                Shipyard.Task(
                    name: name,
                    delay: .seconds(Int.random(in: 0..<6, using: &random) == 0 ? 60 : 0),
                    timeout: Int.random(in: 0..<3, using: &random) == 0 ? .seconds(120) : nil,
                    retries: Int.random(in: 0..<4, using: &random) == 0 ? 2 : 0,
                    continuesOnFailure: Int.random(in: 0..<5, using: &random) == 0
                )
            },
            condition: Int.random(in: 0..<4, using: &random) == 0 ? randomSelector() : nil
        )
    }

    private mutating func randomSelector() -> Shipyard.Selector? {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .sequence([.fail])
        case 1: .task("deployment", [.pass])
        case 2: .sequence([.pass])
        default: nil
        }
    }
}

@Suite("The sequencer's core")
struct SimulationTests {
    /// To see one seed again, put it here.
    static let first: UInt64 = 1
    static let count: UInt64 = 10_000

    @Test("keeps its promises whatever happens, seed by seed")
    func seeds() async {
        let bad = await withTaskGroup(of: [String].self) { group in
            for part in 0..<UInt64(2) {
                group.addTask {
                    var bad: [String] = []
                    for seed in stride(from: Self.first + part, to: Self.first + Self.count, by: 2) where bad.count < 3
                    {
                        var simulation = Simulation(seed: seed)
                        let problems = simulation.run()
                        if !problems.isEmpty {
                            bad.append("seed \(seed): \(problems.prefix(3).joined(separator: "; "))")
                        }
                    }
                    return bad
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(bad == [])
    }
}
