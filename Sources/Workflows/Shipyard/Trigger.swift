import Documents
import Events

extension Shipyard {
    /// Another sequence's end that makes a sequence start.
    public struct Trigger: Sendable, Equatable {
        public let stage: String
        public let sequence: String
        public let selector: Selector
        /// Where it stands in the file.
        public let position: Position

        public init(stage: String, sequence: String, selector: Selector = .default, position: Position = .start) {
            self.stage = stage
            self.sequence = sequence
            self.selector = selector
            self.position = position
        }
    }

    /// With which result a trigger fires.
    public enum Selector: Sendable, Equatable {
        /// The sequence's own result is one of these.
        case sequence(Set<Verdict>)
        /// The result of one of its tasks is one of these.
        case task(String, Set<Verdict>)

        /// Without a selector: on a pass and on a warning.
        public static let `default` = Selector.sequence([.pass, .warning])
    }
}
