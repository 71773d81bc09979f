import Events
import Foundation
import GRDB
import Synchronization

/// The one writer of a server's journal: what is handed in while a transaction is committed goes into the next one together.
///
/// An answer is given after the commit, so that what was answered survives the process and the machine.
public final class GroupCommit: Sendable {
    /// What is to be done in a transaction, and whom to tell after it.
    private struct Work: Sendable {
        let body: @Sendable (Ledger) throws -> Void
        let completion: @Sendable (Result<Void, any Error>) -> Void
    }

    /// How the writer is doing; times are in seconds.
    public struct Statistics: Sendable {
        public var commits = 0
        public var failures = 0
        public var events = 0
        public var commitSeconds = 0.0
        /// Upper bounds of buckets, and how many commits took no longer.
        public static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
        public var buckets = [Int](repeating: 0, count: bounds.count)
    }

    private struct State {
        var work: [Work] = []
        var isStopping = false
        var isStopped = false
        var statistics = Statistics()
    }

    /// More would make those wait who came first.
    private static let limit = 512
    /// Pages of the write-ahead log after which the writer itself copies it back; the checkpointer mostly was there before.
    private static let checkpointPages = 1000
    /// The indexes of some hundred thousand events.
    private static let cacheKiB = 24 << 10

    private let journal: Journal
    private let clock: @Sendable () -> Timestamp
    /// Called on the writer's thread after each commit, with what was appended, and how long that took.
    private let committed: @Sendable ([Recorded], Duration) -> Void
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let stopped = DispatchSemaphore(value: 0)

    /// Starts the writer's thread.
    ///
    /// - Parameters:
    ///   - journal: Opened for the server.
    ///   - clock: The time of day.
    ///   - committed: Told of what was appended, after the commit and in the order of the log, and how long it took.
    public init(
        _ journal: Journal,
        clock: @Sendable @escaping () -> Timestamp,
        committed: @Sendable @escaping ([Recorded], Duration) -> Void
    ) {
        self.journal = journal
        self.clock = clock
        self.committed = committed
        let thread = Thread { [self] in run() }
        thread.name = "journal"
        thread.stackSize = 8 << 20
        thread.start()
        let checkpointer = Thread { [self] in checkpoint() }
        checkpointer.name = "checkpoint"
        checkpointer.start()
    }

    public var statistics: Statistics { state.withLock(\.statistics) }

    /// How much waits for a commit.
    public var backlog: Int { state.withLock { $0.work.count } }

    /// Does something in a transaction, and returns once it is kept.
    ///
    /// - Parameter body: Must not wait for anything. What it throws is thrown here; it has then to have written nothing.
    /// - Returns: What the body returned.
    /// - Throws: ``JournalFailure`` where it could not be kept, or what the body threw.
    public func callAsFunction<Value: Sendable>(
        _ body: @Sendable @escaping (Ledger) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit(body) { continuation.resume(with: $0) }
        }
    }

    /// Does something in a transaction, and says so once it is kept.
    ///
    /// - Parameters:
    ///   - body: As for ``callAsFunction(_:)``.
    ///   - completion: Called once, on the writer's thread: it must not wait for anything.
    public func submit<Value: Sendable>(
        _ body: @Sendable @escaping (Ledger) throws -> Value,
        completion: @Sendable @escaping (Result<Value, any Error>) -> Void
    ) {
        let box = Box<Value>()
        let work = Work {
            let result = try body($0)
            box.value.withLock { $0 = result }
        } completion: { result in
            switch (result, box.value.withLock { $0 }) {
            case (.success, let value?): completion(.success(value))
            case (.failure(let error), _): completion(.failure(error))
            case (.success, nil): completion(.failure(JournalFailure("the journal is closed")))
            }
        }
        enqueue(work)
    }

    /// Finishes what was handed in, and ends. Nothing may be handed in after this.
    public func stop() {
        state.withLock { $0.isStopping = true }
        wake.signal()
        stopped.wait()
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }

    private func enqueue(_ work: Work) {
        let (isClosed, isFirst) = state.withLock { state in
            if state.isStopped { return (true, false) }
            state.work.append(work)
            return (false, state.work.count == 1)
        }
        if isClosed { return work.completion(.failure(JournalFailure("the journal is closed"))) }
        if isFirst { wake.signal() }
    }

    // MARK: The thread

    private func run() {
        var ledger: Ledger?
        while true {
            let (work, isLast) = state.withLock { state -> ([Work], Bool) in
                let taken = Array(state.work.prefix(Self.limit))
                state.work.removeFirst(taken.count)
                let isLast = taken.isEmpty && state.isStopping
                if isLast { state.isStopped = true }
                return (taken, isLast)
            }
            if isLast { break }
            if work.isEmpty {
                wake.wait()
                continue
            }
            commit(work, &ledger)
        }
        stopped.signal()
    }

    private func commit(_ work: [Work], _ ledger: inout Ledger?) {
        let start = ContinuousClock.now
        var results: [Result<Void, any Error>] = []
        do {
            let recorded = try write(work, &ledger, results: &results)
            let time = ContinuousClock.now - start
            note(time, events: recorded.count)
            if !recorded.isEmpty { committed(recorded, time) }
            for (item, result) in zip(work, results) { item.completion(result) }
        } catch {
            ledger = nil
            // One that can't be written must not take the others with it.
            if work.count > 1, !error.isOfTheDisk {
                for item in work { commit([item], &ledger) }
                return
            }
            state.withLock { $0.statistics.failures += 1 }
            let failure = error as? JournalFailure ?? JournalFailure(error, path: journal.path)
            for item in work { item.completion(.failure(failure)) }
        }
    }

    private func write(
        _ work: [Work],
        _ ledger: inout Ledger?,
        results: inout [Result<Void, any Error>]
    ) throws -> [Recorded] {
        var done: [Result<Void, any Error>] = []
        var current = ledger
        let recorded = try journal.database.writeWithoutTransaction { db -> [Recorded] in
            let ledger: Ledger
            if let current {
                ledger = current
            } else {
                try db.execute(
                    sql: "PRAGMA wal_autocheckpoint = \(Self.checkpointPages); PRAGMA cache_size = -\(Self.cacheKiB)"
                )
                ledger = try Ledger(db, clock: clock)
                current = ledger
            }
            ledger.begin(db)
            try db.inTransaction(.immediate) {
                for item in work {
                    let changes = db.totalChangesCount
                    do {
                        try item.body(ledger)
                        done.append(.success(()))
                    } catch let error as DatabaseError {
                        throw error
                    } catch  where db.totalChangesCount != changes {
                        // Half of something must not be kept: the transaction goes, and the others are tried again.
                        throw DatabaseError(resultCode: .SQLITE_ABORT, message: "\(error)")
                    } catch {
                        done.append(.failure(error))
                    }
                }
                try ledger.flush()
                return .commit
            }
            ledger.commit()
            return ledger.recorded
        }
        guard FileManager.default.fileExists(atPath: journal.path) else {
            throw JournalFailure("\(journal.path) was removed while it was in use")
        }
        ledger = current
        results = done
        return recorded
    }

    private func note(_ time: Duration, events: Int) {
        let seconds = time / .seconds(1)
        state.withLock { state in
            state.statistics.commits += 1
            state.statistics.events += events
            state.statistics.commitSeconds += seconds
            for (index, bound) in Statistics.bounds.enumerated() where seconds <= bound {
                state.statistics.buckets[index] += 1
            }
        }
    }

    /// Copies the write-ahead log back into the file, a little at a time and beside the writer: when it does that itself,
    /// everybody waits.
    private func checkpoint() {
        var configuration = Configuration()
        configuration.busyMode = .immediateError
        let connection = try? DatabaseQueue(path: journal.path, configuration: configuration)
        var seen = 0
        while !state.withLock(\.isStopped) {
            Thread.sleep(forTimeInterval: 0.05)
            let commits = statistics.commits
            guard commits != seen else { continue }
            seen = commits
            connection?.writeWithoutTransaction { db in _ = try? db.checkpoint(.passive) }
        }
    }
}

extension Error {
    /// Whether a second try would fail in the same way.
    fileprivate var isOfTheDisk: Bool {
        guard let error = self as? DatabaseError else { return true }
        return [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_NOTADB].contains(error.resultCode)
    }
}
