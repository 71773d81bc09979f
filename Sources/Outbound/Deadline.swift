/// Does something for so long and not longer.
public enum Deadline {
    /// - Parameters:
    ///   - timeout: How long at most; then it is cancelled, and waited for until it has noticed that.
    ///   - body: What is done.
    /// - Returns: What it returns; nil where it had not ended in time.
    /// - Throws: What it throws.
    public static func run<Value: Sendable>(
        _ timeout: Duration,
        _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
