import Synchronization

/// Wakes those who follow the log when it has grown.
public final class PositionSignal: Sendable {
    private struct State {
        var position: Int64
        var followers: [Int: AsyncStream<Int64>.Continuation] = [:]
        var made = 0
    }

    private let state: Mutex<State>

    init(position: Int64) {
        state = Mutex(State(position: position))
    }

    /// The position of the newest event that is kept.
    public var position: Int64 { state.withLock(\.position) }

    func advance(to position: Int64) {
        let followers = state.withLock { state in
            state.position = max(state.position, position)
            return Array(state.followers.values)
        }
        for follower in followers { follower.yield(position) }
    }

    /// The newest position each time that it has changed; what came meanwhile is seen once.
    public func follow() -> AsyncStream<Int64> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let id = state.withLock { state in
                state.made += 1
                state.followers[state.made] = continuation
                return state.made
            }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { $0.followers[id] = nil }
            }
        }
    }
}
