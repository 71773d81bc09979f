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
    /// A problem is no more.
    case problemResolved
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
        case ProblemEvents.resolvedType: self = .problemResolved
        default:
            let bytes = type.utf8
            self =
                bytes.starts(with: Event.keptnPrefix.utf8)
                ? Self.keptn(bytes.dropFirst(Event.keptnPrefix.utf8.count)) : .other
        }
    }

    private static let endings: [(text: String, isOfSequences: Bool)] = [
        (".status.changed", false), (".triggered", true), (".finished", true), (".started", false),
    ]

    /// `STAGE.SEQUENCE.triggered`, or `TASK.triggered`; a stage and a task have no dots, a sequence may.
    ///
    /// Byte by byte: to Swift's characters, a dot before a combining mark is no dot.
    private static func keptn(_ bytes: Substring.UTF8View) -> EventKind {
        guard let ending = endings.first(where: { bytes.suffix($0.text.utf8.count).elementsEqual($0.text.utf8) }) else {
            return .other
        }
        let subject = bytes.dropLast(ending.text.utf8.count)
        guard !subject.isEmpty else { return .other }
        guard let dot = subject.firstIndex(of: UInt8(ascii: ".")) else {
            let task = String(Substring(subject))
            switch ending.text {
            case ".triggered": return .taskTriggered(task)
            case ".finished": return .taskFinished(task)
            case ".started": return .taskStarted(task)
            default: return .taskStatusChanged(task)
            }
        }
        let stage = String(Substring(subject[..<dot]))
        let sequence = String(Substring(subject[subject.index(after: dot)...]))
        guard ending.isOfSequences, !stage.isEmpty, !sequence.isEmpty else { return .other }
        return ending.text == ".triggered"
            ? .sequenceTriggered(stage: stage, sequence: sequence)
            : .sequenceFinished(stage: stage, sequence: sequence)
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
