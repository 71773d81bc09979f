import Documents

/// Where the value of an indicator comes from.
public struct Indicator: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        /// A query, for a provider by name or else for the default one.
        case query(String, provider: String?)
        /// Something that is meant for a provider of another kind; an error only when it is asked for.
        case foreign
    }

    public let name: String
    public let source: Source
    public let file: String
    public let position: Position
}
