import Documents
import Events

/// How long things are kept that no open sequence needs. Nil: for ever.
public struct Retention: Sendable, Equatable {
    /// Of events, by when they were received.
    public var events: Duration?
    /// Of evaluations, with their evidence; never shorter than that of events.
    public var evaluations: Duration?

    /// Less would take away what a sink that is down for a day has not been told of.
    public static let shortest = Duration.seconds(48 * 3600)

    public init(events: Duration? = nil, evaluations: Duration? = nil) {
        self.events = events
        self.evaluations = evaluations
    }

    /// The keys of `retention` in a project file.
    public enum Fields {
        public static let events = Field(
            "events",
            "a duration such as `720h` or `30d`, at least `48h`",
            default: "for ever",
            "How long events are kept that no open sequence needs."
        )
        public static let evaluations = Field(
            "evaluations",
            "a duration such as `8760h` or `365d`",
            default: "for ever",
            "How long evaluations are kept with their evidence; not shorter than `events`, which has to be there."
        )
        public static let all = [events, evaluations]
    }

    static func decode(_ node: Node, log: DiagnosticLog) -> Retention? {
        guard let reader = MappingReader(node, as: "`retention`", fields: Fields.all, log: log) else { return nil }
        let retention = Retention(
            events: reader.age(Fields.events, log: log),
            evaluations: reader.age(Fields.evaluations, log: log)
        )
        if let events = retention.events, let evaluations = retention.evaluations, evaluations < events,
            let place = reader.keyPosition(of: Fields.evaluations)
        {
            log.error(at: place, "evaluations can't be kept for a shorter time than the events that they are")
        }
        if retention.events == nil, let place = reader.keyPosition(of: Fields.evaluations), reader[Fields.events] == nil
        {
            log.error(at: place, "`evaluations` needs `events`: what is kept of them is one of those")
        }
        return retention
    }
}
