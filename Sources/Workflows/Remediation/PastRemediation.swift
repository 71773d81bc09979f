import Events

/// A remediation that was, as the envelope has to know it: all rounds of one problem are one.
public struct PastRemediation: Sendable, Equatable {
    public let context: String
    public let started: Timestamp
    public let ended: Timestamp

    public init(context: String, started: Timestamp, ended: Timestamp) {
        self.context = context
        self.started = started
        self.ended = ended
    }

    /// Longer ago is of no account: no cooldown is longer.
    public static let memory = Duration.seconds(24 * 3600)
}
