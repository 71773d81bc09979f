import Hummingbird
import Synchronization

/// Counts requests and times them.
final class RequestMetrics: Sendable {
    struct Key: Hashable {
        let method: String
        /// The route's pattern, not the path: a path may be anything.
        let route: String
        let status: Int
    }

    struct Snapshot {
        var counts: [Key: Int] = [:]
        /// Of events that were handed in: how many took no longer than each of the bounds.
        var buckets = [Int](repeating: 0, count: bounds.count)
        var seconds = 0.0
        var count = 0
    }

    /// Seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

    private let state = Mutex(Snapshot())

    var snapshot: Snapshot { state.withLock { $0 } }

    func note(_ key: Key, seconds: Double) {
        state.withLock { state in
            state.counts[key, default: 0] += 1
            guard key.route == "/v1/events", key.method == "POST" else { return }
            state.count += 1
            state.seconds += seconds
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { state.buckets[index] += 1 }
        }
    }
}

struct MetricsMiddleware: RouterMiddleware {
    let metrics: RequestMetrics

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let components = (ContinuousClock.now - start).components
        metrics.note(
            .init(
                method: request.method.rawValue,
                route: context.endpointPath ?? "none",
                status: response.status.code
            ),
            seconds: Double(components.seconds) + Double(components.attoseconds) / 1e18
        )
        return response
    }
}
