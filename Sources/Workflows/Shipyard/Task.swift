import Events

extension Shipyard {
    /// One thing that somebody does for a sequence.
    public struct Task: Sendable, Equatable {
        public let name: String
        /// Handed to whoever carries it out, under the task's name.
        public let properties: JSON
        /// How long to wait before it is triggered.
        public let delay: Duration
        /// How long it may take from being triggered to its end; nil where only nobody's starting it ends it.
        public let timeout: Duration?
        /// How often it is tried again after it failed.
        public let retries: Int
        /// How long to wait before it is tried again; twice as long each time.
        public let backoff: Duration
        /// Whether its failure is not the sequence's.
        public let continuesOnFailure: Bool

        public static let defaultBackoff = Duration.seconds(10)

        public init(
            name: String,
            properties: JSON = .emptyObject,
            delay: Duration = .zero,
            timeout: Duration? = nil,
            retries: Int = 0,
            backoff: Duration = defaultBackoff,
            continuesOnFailure: Bool = false
        ) {
            self.name = name
            self.properties = properties
            self.delay = delay
            self.timeout = timeout
            self.retries = retries
            self.backoff = backoff
            self.continuesOnFailure = continuesOnFailure
        }
    }

    /// Tasks that are done at the same time: mostly one.
    public struct Step: Sendable, Equatable {
        public let tasks: [Task]
        /// With which result so far it is done; nil: as long as nothing failed.
        public let condition: Selector?

        public init(tasks: [Task], condition: Selector? = nil) {
            self.tasks = tasks
            self.condition = condition
        }
    }
}
