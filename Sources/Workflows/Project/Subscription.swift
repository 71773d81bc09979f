import Events

/// Who is told of which events: a sink that they are pushed to, in the order of their lane.
public struct Subscription: Sendable, Equatable {
    /// Where the secret is that signs deliveries; the secret itself stands in no document.
    public enum Secret: Sendable, Equatable {
        case file(String)
        case environment(String)
    }

    public let name: String
    /// Types, or beginnings of types followed by `*`.
    public let events: [String]
    /// Only those of these stages; empty: of all.
    public let stages: [String]
    /// Only those of these services; empty: of all.
    public let services: [String]
    public let url: String
    public let secret: Secret?

    /// Whether an event of the project is one that it wants.
    public func wants(_ event: Event) -> Bool {
        let isMeant = events.contains { pattern in
            pattern.hasSuffix("*") ? event.type.hasPrefix(pattern.dropLast()) : event.type == pattern
        }
        guard isMeant, let lane = event.lane else { return false }
        return (stages.isEmpty || stages.contains(lane.stage)) && (services.isEmpty || services.contains(lane.service))
    }
}
