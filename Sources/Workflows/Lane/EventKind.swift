import Events

/// What an event means to a lane, told from its type.
public enum EventKind: Sendable, Equatable {
    case sequenceTriggered(stage: String, sequence: String)
    case sequenceFinished(stage: String, sequence: String)
    case taskTriggered(String)
    case taskStarted(String)
    case taskStatusChanged(String)
    case taskFinished(String)
    /// A sequence left the queue.
    case dequeued
    case paused
    case resumed
    case aborted
    /// Nothing: it is kept, and handed to whoever subscribed to it.
    case other

    static let dequeuedType = "dev.tidegate.sequence.dequeued"
    static let pausedType = "dev.tidegate.sequence.paused"
    static let resumedType = "dev.tidegate.sequence.resumed"
    static let abortedType = "dev.tidegate.sequence.aborted"

    public init(_ type: String) {
        switch type {
        case Self.dequeuedType: self = .dequeued
        case Self.pausedType: self = .paused
        case Self.resumedType: self = .resumed
        case Self.abortedType: self = .aborted
        default: self = type.hasPrefix(Event.keptnPrefix) ? Self.keptn(type.dropFirst(Event.keptnPrefix.count)) : .other
        }
    }

    /// `STAGE.SEQUENCE.triggered`, or `TASK.triggered`; a stage and a task have no dots, a sequence may.
    private static func keptn(_ name: Substring) -> EventKind {
        for (ending, isOfSequences) in [
            (".status.changed", false), (".triggered", true), (".finished", true), (".started", false),
        ] where name.hasSuffix(ending) {
            let subject = name.dropLast(ending.count)
            guard !subject.isEmpty else { return .other }
            guard let dot = subject.firstIndex(of: ".") else {
                switch ending {
                case ".triggered": return .taskTriggered(String(subject))
                case ".finished": return .taskFinished(String(subject))
                case ".started": return .taskStarted(String(subject))
                default: return .taskStatusChanged(String(subject))
                }
            }
            let stage = String(subject[..<dot])
            let sequence = String(subject[subject.index(after: dot)...])
            guard isOfSequences, !stage.isEmpty, !sequence.isEmpty else { return .other }
            return ending == ".triggered"
                ? .sequenceTriggered(stage: stage, sequence: sequence)
                : .sequenceFinished(stage: stage, sequence: sequence)
        }
        return .other
    }
}

extension Event {
    static func sequenceTriggeredType(_ stage: String, _ sequence: String) -> String {
        "\(keptnPrefix)\(stage).\(sequence).triggered"
    }

    static func sequenceFinishedType(_ stage: String, _ sequence: String) -> String {
        "\(keptnPrefix)\(stage).\(sequence).finished"
    }

    static func taskTriggeredType(_ task: String) -> String { "\(keptnPrefix)\(task).triggered" }
    static func taskFinishedType(_ task: String) -> String { "\(keptnPrefix)\(task).finished" }
}
