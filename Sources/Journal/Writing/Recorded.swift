import Events
import Workflows

/// An event as it stands in the log.
public struct Recorded: Sendable {
    public let position: Int64
    public let event: Event
    /// Why it changed nothing; nil where it may have.
    public let ignored: String?
    /// Who of Tidegate's own carries it out.
    public let assignments: [Assignment]
}

/// What became of an event that was handed in.
public struct Receipt: Sendable, Equatable {
    public let id: String
    public let source: String
    public let context: String
    public let position: Int64
    /// Whether it was there already, so that nothing happened.
    public let isDuplicate: Bool
    /// Why it changed nothing; nil where it may have.
    public let ignored: String?
}
