import Events
import Foundation
import Indicators
import Journal
import Objectives
import Workflows

/// Carries out an evaluation: collects the evidence, judges it, and keeps it.
///
/// The server's evaluation task and the command line use the same one.
public struct Evaluator: Sendable {
    /// Where the values come from.
    public enum Values: Sendable {
        case given([Observation])
        /// They are asked for, within the deadline.
        case asked(QueryPlan, of: IndicatorFetch, deadline: Duration)
    }

    /// Where the earlier results come from.
    public enum History: Sendable {
        /// Newest first, as it is: the SLO's comparison chooses.
        case given([Evidence.Baseline])
        case journal(Journal)
    }

    private let values: Values
    private let history: History

    public init(values: Values, history: History) {
        self.values = values
        self.history = history
    }

    /// - Parameters:
    ///   - request: What is to be evaluated.
    ///   - progress: Called with the number of indicators that are there, and of all.
    /// - Returns: The verdict with its evidence; nothing is kept yet.
    /// - Throws: ``JournalFailure`` where the history can't be read.
    public func callAsFunction(
        _ request: EvaluationRequest,
        progress: @Sendable @escaping (Int, Int) -> Void = { _, _ in }
    ) async throws(JournalFailure) -> Evaluation {
        let baselines = try baselines(for: request)
        let (observations, failures) = await observations(for: request, progress: progress)
        let evidence = Evidence(
            id: request.id,
            lane: request.lane,
            labels: request.labels,
            window: request.window,
            slo: request.document,
            observations: observations,
            baselines: baselines,
            failures: failures
        )
        let evaluation = Evaluation(evidence, slo: request.slo)
        guard case .asked(let plan, let fetch, _) = values, failures.isEmpty else { return evaluation }
        let failed = evaluation.failedIndicators
        let queries = plan.queries.filter { failed.contains($0.metric) }
        guard !queries.isEmpty else { return evaluation }
        let exemplars = await fetch.exemplars(of: queries, in: request.window)
        guard !exemplars.isEmpty else { return evaluation }
        var traced = evidence
        traced.exemplars = exemplars
        return Evaluation(traced, slo: request.slo)
    }

    private func baselines(for request: EvaluationRequest) throws(JournalFailure) -> [Evidence.Baseline] {
        let comparison = request.slo.comparison
        switch history {
        case .journal(let journal): return try journal.baselines(of: request.lane, comparison)
        case .given(let results):
            return comparison.select(from: results, by: \.result)
        }
    }

    private func observations(
        for request: EvaluationRequest,
        progress: @Sendable @escaping (Int, Int) -> Void
    ) async -> ([Observation], failures: [String]) {
        let judged = Set(request.slo.objectives.filter(\.isJudged).map(\.sli))
        switch values {
        case .given(let observations): return (observations, [])
        case .asked(let plan, let fetch, let deadline):
            let count = Counter(total: plan.queries.count, report: progress)
            let answers = await fetch(plan.queries, at: request.window.end, deadline: deadline) { count.advance() }
            var failures: [String] = []
            let observations = answers.map { answer in
                switch answer.result {
                case .success(let observation): return observation
                case .failure(let failure):
                    // What only informs does not stop a release; its failure is shown with it.
                    if judged.contains(answer.query.metric), !failures.contains(failure.description) {
                        failures.append(failure.description)
                    }
                    let value = IndicatorValue(metric: answer.query.metric, outcome: .failure(failure.description))
                    return Observation(value, query: answer.query.text, provider: answer.query.provider)
                }
            }
            return (observations, failures)
        }
    }
}

extension Evaluation {
    /// The event that an evaluation is kept as.
    ///
    /// - Parameters:
    ///   - context: The run that it belongs to.
    ///   - time: When it was judged.
    ///   - triggeredID: The task that asked for it; nil where nobody did.
    /// - Returns: The event, with Keptn's payload and the evidence.
    /// - Throws: Where a value can't be written as JSON.
    public func event(context: String, at time: Timestamp, triggeredID: String? = nil) throws -> Event {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Event(
            type: EvaluationFinished.type,
            id: evidence.id,
            source: Sequencer.executorSource,
            time: time,
            context: context,
            triggeredID: triggeredID,
            lane: evidence.lane,
            data: try JSON(parsing: Array(try encoder.encode(EvaluationFinished(self))))
        )
    }
}
