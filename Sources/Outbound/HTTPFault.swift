/// Why a request came to nothing.
public struct HTTPFault: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    /// Whether another try may come to something.
    public let isRetried: Bool

    public init(_ description: String, isRetried: Bool = false) {
        self.description = description
        self.isRetried = isRetried
    }
}
