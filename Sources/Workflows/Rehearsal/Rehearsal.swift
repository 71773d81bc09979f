import Events

/// Runs a shipyard in memory against a script of results, with the same decisions as the server and a clock of its own:
/// what would happen if the evaluation failed?
public struct Rehearsal: Sendable {
    /// What a task comes to, attempt by attempt; the last one holds for those after it.
    public enum Answer: String, Sendable, CaseIterable {
        case pass, warning, fail
        /// Nobody starts it.
        case none
    }

    /// One line of the timeline.
    public struct Line: Sendable, Equatable {
        /// Since the beginning.
        public let time: Duration
        public let stage: String
        public let text: String
    }

    private struct OneShipyard: Rules {
        let shipyard: Shipyard

        func current(of project: String) -> (sha256: String, shipyard: Shipyard)? { ("rehearsed", shipyard) }
        func version(_ sha256: String) -> Shipyard? { shipyard }
    }

    private static let project = "rehearsal"
    private static let service = "service"
    /// More would mean that it goes on for ever.
    private static let lineLimit = 1000

    private let shipyards: OneShipyard
    private let answers: [String: [Answer]]
    private var lanes: [String: LaneState] = [:]
    private var waiting: [Event] = []
    private var attempts: [String: Int] = [:]
    private var now = Timestamp(milliseconds: 0)
    private var made = 0
    public private(set) var lines: [Line] = []

    /// - Parameters:
    ///   - shipyard: What is run.
    ///   - answers: By `TASK`, or by `STAGE.SEQUENCE.TASK`, which wins; others pass.
    public init(_ shipyard: Shipyard, answers: [String: [Answer]]) {
        shipyards = OneShipyard(shipyard: shipyard)
        self.answers = answers
    }

    /// Triggers a sequence and goes on until nothing is left to happen.
    ///
    /// - Returns: Whether it came to an end within a thousand lines.
    public mutating func run(_ sequence: String, in stage: String) -> Bool {
        take(event(Event.sequenceTriggeredType(stage, sequence), stage: stage, triggeredID: nil, data: .emptyObject))
        while lines.count < Self.lineLimit {
            if !waiting.isEmpty {
                take(waiting.removeFirst())
                continue
            }
            guard let due = lanes.values.compactMap(\.nextDue).min() else { return true }
            now = max(now, due)
            for name in lanes.keys.sorted() { decide(in: name) }
        }
        return false
    }

    private mutating func take(_ event: Event) {
        guard let lane = event.lane else { return }
        var state = lanes[lane.stage] ?? LaneState(lane: lane)
        try? state.apply(event, at: now, rules: shipyards)
        tell(event, state)
        _ = state.takeChanges()
        lanes[lane.stage] = state
        decide(in: lane.stage)
    }

    private mutating func decide(in stage: String) {
        while lines.count < Self.lineLimit, let events = lanes[stage]?.decide(at: now, rules: shipyards),
            !events.isEmpty
        {
            for event in events {
                if event.lane?.stage == stage, var state = lanes[stage] {
                    try? state.apply(event, at: now, rules: shipyards)
                    tell(event, state)
                    _ = state.takeChanges()
                    lanes[stage] = state
                    answer(event)
                } else {
                    waiting.append(event)
                }
            }
        }
    }

    /// What executors would do.
    private mutating func answer(_ event: Event) {
        guard case .taskTriggered(let task) = EventKind(event.type), let stage = event.lane?.stage,
            let run = lanes[stage]?.runs.first(where: { $0.id == event.triggeredID })
        else { return }
        let key = "\(stage).\(run.sequence).\(task)"
        let script = answers[key] ?? answers[task] ?? [.pass]
        let attempt = attempts[key, default: 0]
        attempts[key] = attempt + 1
        let answer = script[min(attempt, script.count - 1)]
        guard answer != .none else { return }
        waiting.append(
            self.event("\(Event.keptnPrefix)\(task).started", stage: stage, triggeredID: event.id, data: .emptyObject)
        )
        let data: JSON = ["status": "succeeded", "result": .text(answer.rawValue)]
        waiting.append(self.event(Event.taskFinishedType(task), stage: stage, triggeredID: event.id, data: data))
    }

    private mutating func event(_ type: String, stage: String, triggeredID: String?, data: JSON) -> Event {
        made += 1
        let lane = Lane(project: Self.project, stage: stage, service: Self.service)
        return Event(
            type: type,
            id: "\(made)",
            source: Sequencer.executorSource,
            time: now,
            context: "rehearsal",
            triggeredID: triggeredID,
            lane: lane,
            data: data
        )
    }

    // MARK: The timeline

    private mutating func tell(_ event: Event, _ state: LaneState) {
        let data = event.data
        let result = data["result"]?.text ?? ""
        let message = data["message"]?.text ?? ""
        let why = message.isEmpty ? "" : " (\(message))"
        let text: String? =
            switch EventKind(event.type) {
            case .sequenceTriggered(_, let sequence): "\(sequence) triggered"
            case .sequenceFinished(_, let sequence): "\(sequence) finished: \(result)\(why)"
            case .taskTriggered(let task): "  \(task) triggered"
            case .taskFinished(let task): "  \(task) finished: \(result)\(why)"
            default: nil
            }
        guard let text else { return }
        lines.append(Line(time: .milliseconds(now.milliseconds), stage: state.lane.stage, text: text))
    }
}
