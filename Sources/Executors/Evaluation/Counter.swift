import Synchronization

/// Counts answers as they come from several tasks.
final class Counter: Sendable {
    private let count = Mutex(0)
    private let total: Int
    private let report: @Sendable (Int, Int) -> Void

    init(total: Int, report: @Sendable @escaping (Int, Int) -> Void) {
        self.total = total
        self.report = report
    }

    func advance() {
        let done = count.withLock { count in
            count += 1
            return count
        }
        report(done, total)
    }
}
