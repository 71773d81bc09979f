import Events
import NIOSSL
import Objectives
import Tracing

/// Asks providers for many indicators at once, within a deadline.
public struct IndicatorFetch: Sendable {
    /// What came of asking for one indicator.
    public struct Answer: Sendable {
        public let query: IndicatorQuery
        public let result: Result<Observation, ProviderFailure>
    }

    public static let defaultDeadline = Duration.seconds(40)

    private let clients: [String: (client: PrometheusClient, limit: Int)]

    /// - Throws: ``Provider/Invalid`` where a certificate or a key can't be read.
    public init(_ providers: [Provider]) throws(Provider.Invalid) {
        var configured: [(provider: Provider, tls: TLSConfiguration?)] = []
        for provider in providers { configured.append((provider, try PrometheusClient.tls(of: provider))) }
        // From here on nothing fails: a client that was made has to be shut down.
        clients = Dictionary(
            configured.map { provider, tls in
                (provider.settings.name, (PrometheusClient(provider, tls: tls), provider.settings.maxConcurrency))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Asks for every query; providers are asked side by side, each with no more queries at once than it takes.
    ///
    /// - Parameters:
    ///   - queries: What is asked; each names a provider that this was made with.
    ///   - time: The moment to evaluate the queries at.
    ///   - deadline: For all of them together.
    ///   - progress: Called after each answer.
    /// - Returns: The answers, in the order of the queries.
    public func callAsFunction(
        _ queries: [IndicatorQuery],
        at time: Timestamp,
        deadline: Duration,
        progress: @Sendable @escaping () -> Void
    ) async -> [Answer] {
        let end = ContinuousClock.now.advanced(by: deadline)
        let answers = await withTaskGroup(of: [(Int, Answer)].self) { group in
            for (name, entry) in clients {
                let asked = queries.enumerated().filter { $0.element.provider == name }.map { ($0.offset, $0.element) }
                group.addTask {
                    await Self.ask(entry.client, asked, limit: entry.limit, at: time, until: end, progress: progress)
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Asks for traces of what failed, within a few seconds.
    ///
    /// - Parameters:
    ///   - queries: Those whose objectives were not met.
    ///   - window: From when.
    /// - Returns: Traces, in the order of the queries.
    public func exemplars(of queries: [IndicatorQuery], in window: TimeWindow) async -> [Exemplar] {
        await withTaskGroup(of: (Int, [Exemplar]).self) { group in
            for (index, query) in queries.prefix(Self.traced).enumerated() {
                guard let client = clients[query.provider]?.client else { continue }
                group.addTask { (index, await client.exemplars(of: query, in: window)) }
            }
            group.addTask {
                try? await Task.sleep(for: Self.tracesTime)
                return (-1, [])
            }
            var found: [(Int, [Exemplar])] = []
            var count = min(queries.count, Self.traced)
            while count > 0, let answer = await group.next(), answer.0 >= 0 {
                found.append(answer)
                count -= 1
            }
            group.cancelAll()
            return found.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    /// Of so many objectives traces are asked for.
    private static let traced = 5
    private static let tracesTime = Duration.seconds(5)

    public func shutdown() async {
        for entry in clients.values { await entry.client.shutdown() }
    }

    /// After a provider turned out to be unreachable, the rest is not asked.
    private static func ask(
        _ client: PrometheusClient,
        _ queries: [(Int, IndicatorQuery)],
        limit: Int,
        at time: Timestamp,
        until end: ContinuousClock.Instant,
        progress: @Sendable @escaping () -> Void
    ) async -> [(Int, Answer)] {
        await withTaskGroup(of: (Int, Answer).self) { group in
            var waiting = queries[...]
            var answers: [(Int, Answer)] = []
            var unreachable: ProviderFailure?
            func start() {
                guard unreachable == nil, let (index, query) = waiting.popFirst() else { return }
                group.addTask {
                    await withSpan("query \(query.metric)", ofKind: .client) { span in
                        span.attributes["tidegate.provider"] = query.provider
                        return (index, await answer(client, query, at: time, until: end))
                    }
                }
            }
            for _ in 0..<limit { start() }
            while let (index, answer) = await group.next() {
                progress()
                if case .failure(let failure) = answer.result, unreachable != nil || failure.isUnreachable {
                    // What was under way then is cancelled, and shares the reason.
                    unreachable = unreachable ?? failure
                    group.cancelAll()
                    waiting.insert((index, answer.query), at: waiting.startIndex)
                } else {
                    answers.append((index, answer))
                }
                start()
            }
            guard let unreachable else { return answers }
            return answers + waiting.map { ($0.0, Answer(query: $0.1, result: .failure(unreachable))) }
        }
    }

    private static func answer(
        _ client: PrometheusClient,
        _ query: IndicatorQuery,
        at time: Timestamp,
        until end: ContinuousClock.Instant
    ) async -> Answer {
        do throws(ProviderFailure) {
            let answer = try await client.answer(query, at: time, until: end)
            let value = IndicatorValue(metric: query.metric, outcome: answer.outcome)
            let warnings = answer.warnings.map { "provider `\(query.provider)`, indicator `\(query.metric)`: \($0)" }
            let observation = Observation(value, query: query.text, provider: query.provider, warnings: warnings)
            return Answer(query: query, result: .success(observation))
        } catch {
            return Answer(query: query, result: .failure(error))
        }
    }
}
