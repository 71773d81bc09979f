import Events

extension Shipyard {
    /// One thing that somebody does for a sequence.
    public struct Task: Sendable, Equatable {
        public let name: String
        /// Handed to whoever carries it out, under the task's name.
        public let properties: JSON
        /// How long to wait before it is triggered.
        public let delay: Duration

        public init(name: String, properties: JSON = .object([:]), delay: Duration = .zero) {
            self.name = name
            self.properties = properties
            self.delay = delay
        }
    }
}
