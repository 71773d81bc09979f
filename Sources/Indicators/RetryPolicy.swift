/// When to ask again: exponential backoff with full jitter, within a total deadline.
///
/// A value that decides; the caller waits. The jitter is the one described as "full" in "Exponential Backoff And
/// Jitter" (AWS Architecture Blog, 2015).
struct RetryPolicy: Sendable {
    static let attempts = 5
    static let base = Duration.milliseconds(250)
    static let cap = Duration.seconds(5)

    /// How long to wait before the next attempt.
    ///
    /// - Parameters:
    ///   - attempt: How many there were, 1 or more.
    ///   - retryAfter: What the provider asked for.
    ///   - remaining: The time until the deadline.
    ///   - jitter: A random number from 0 to 1.
    /// - Returns: nil where there is to be none.
    static func delay(
        after attempt: Int,
        retryAfter: Duration?,
        remaining: Duration,
        jitter: Double
    ) -> Duration? {
        guard attempt < attempts else { return nil }
        let ceiling = min(cap, base * (1 << (attempt - 1)))
        let delay = retryAfter ?? ceiling * min(max(jitter, 0), 1)
        return delay < remaining ? delay : nil
    }
}
