import Events

/// A remediation that was, as the envelope has to know it: all rounds of one problem are one.
public struct PastRemediation: Sendable, Equatable {
    public let context: String
    public let started: Timestamp
    public let ended: Timestamp
    /// Whether it went on with one that had ended, rather than having been asked for.
    public let isRound: Bool

    public init(context: String, started: Timestamp, ended: Timestamp, isRound: Bool) {
        self.context = context
        self.started = started
        self.ended = ended
        self.isRound = isRound
    }

    /// Whether a remediation goes on with one of these. The context alone does not say so: anybody may choose that.
    ///
    /// - Parameters:
    ///   - source: Who triggered it.
    ///   - context: The problem's.
    ///   - earlier: What was done in the lane before.
    /// - Returns: Whether it is another round.
    public static func isRound(source: String, context: String, after earlier: [PastRemediation]) -> Bool {
        source == Sequencer.source && earlier.contains { $0.context == context }
    }

    /// Longer ago is of no account: no cooldown is longer.
    public static let memory = Duration.seconds(24 * 3600)
}
