import Events

/// A task that Tidegate itself carries out, and how.
public struct Assignment: Sendable {
    public enum Work: Sendable {
        /// The gate.
        case evaluation
        case executor(Executor)
        case webhook(Webhook)
    }

    /// The task's triggered event; its id is the key of the work.
    public let event: Event
    /// Who does it: one of a kind for the task.
    public let name: String
    public let work: Work

    public init(event: Event, name: String, work: Work) {
        self.event = event
        self.name = name
        self.work = work
    }

    /// The event by which it says that it has begun, or what it came to.
    ///
    /// - Parameters:
    ///   - verb: `started` or `finished`.
    ///   - time: When.
    ///   - data: What it says.
    /// - Returns: The event; its id is derived from the task's and the executor's name.
    public func answer(_ verb: String, at time: Timestamp, data: JSON) -> Event {
        event.answer(verb, by: name, at: time, data: data)
    }
}
