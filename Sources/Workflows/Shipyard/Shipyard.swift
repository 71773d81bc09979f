import Events

/// What happens to a release, stage by stage: Keptn's `shipyard.yaml`, 0.2.0 to 0.2.3.
public struct Shipyard: Sendable, Equatable {
    public let name: String
    public let stages: [Stage]

    public struct Stage: Sendable, Equatable {
        public let name: String
        public let sequences: [Sequence]

        public init(name: String, sequences: [Sequence]) {
            self.name = name
            self.sequences = sequences
        }
    }

    /// A name for tasks in their order, and what makes it start by itself.
    public struct Sequence: Sendable, Equatable {
        public let name: String
        public let triggers: [Trigger]
        public let steps: [Step]

        public init(name: String, triggers: [Trigger] = [], steps: [Step]) {
            self.name = name
            self.triggers = triggers
            self.steps = steps
        }

        /// The tasks of all steps, in the order of the file.
        public var tasks: [Task] { steps.flatMap(\.tasks) }
    }

    public init(name: String, stages: [Stage]) {
        self.name = name
        self.stages = stages
    }

    /// Every stage has this sequence, of one task with the same name, whether the file says so or not.
    public static let evaluation = Sequence(
        name: "evaluation",
        steps: [Step(tasks: [Task(name: "evaluation")])]
    )

    /// Undoes what was done about a problem, action by action: a round for each.
    static let undo = Sequence(
        name: Sequencer.undo,
        steps: [Step(tasks: [Task(name: Sequencer.getAction)]), Step(tasks: [Task(name: Sequencer.action)])]
    )

    /// Asks a person, when what can be done about a problem was done.
    static let escalation = Sequence(
        name: Sequencer.escalation,
        steps: [Step(tasks: [Task(name: Sequencer.approval, properties: ["pass": "manual", "warning": "manual"])])]
    )

    /// A sequence that every stage has.
    static func builtIn(_ name: String) -> Sequence? { [evaluation, undo, escalation].first { $0.name == name } }

    /// The stage of that name.
    public func stage(_ name: String) -> Stage? { stages.first { $0.name == name } }

    /// A sequence of a stage, the built-in one among them; nil where stage or sequence is unknown.
    public func sequence(_ name: String, in stage: String) -> Sequence? {
        guard let stage = self.stage(stage) else { return nil }
        return stage.sequences.first { $0.name == name } ?? Self.builtIn(name)
    }
}
