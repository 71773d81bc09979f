/// Why a provider could not be asked, or gave no answer that can be used; names it, the indicator and the URL.
public struct ProviderFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    /// Whether asking for another indicator would fail in the same way.
    public let isUnreachable: Bool

    public init(_ description: String, isUnreachable: Bool = false) {
        self.description = description
        self.isUnreachable = isUnreachable
    }
}
