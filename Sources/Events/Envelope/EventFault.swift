/// Why something is not an event.
public enum EventFault: Error, Sendable, Equatable {
    /// It can't be read at all.
    case malformed(JSONFault)
    /// It is JSON, but no event: what is wrong with which part.
    case invalid([Detail])

    public struct Detail: Sendable, Equatable {
        /// A JSON Pointer to the part.
        public let pointer: String
        public let detail: String

        public init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }
}
