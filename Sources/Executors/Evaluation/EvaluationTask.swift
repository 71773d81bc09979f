import Documents
import Events
import Indicators
import Journal
import Objectives
import Workflows

/// The evaluation task: the gate, by the documents that are applied for the service, or by those in the event itself.
struct EvaluationTask: Sendable {
    let journal: Journal
    let environment: [String: String]

    /// Why there is nothing to judge, or nothing to judge it with.
    private struct Unanswerable: Error {
        let message: String
    }

    /// - Returns: The finished event: the verdict with its evidence, or why there is none.
    func callAsFunction(_ assignment: Assignment) async -> Event {
        do {
            return try await evaluate(assignment)
        } catch {
            let message =
                switch error {
                case let error as Unanswerable: error.message
                case let error as QueryPlan.Unplannable: error.diagnostics.map(\.description).joined(separator: "; ")
                case let error as Provider.Invalid: error.message
                default: "\(error)"
                }
            return assignment.answer(
                "finished",
                at: .now,
                data: ["status": "errored", "result": "fail", "message": .text("could not be evaluated: \(message)")]
            )
        }
    }

    private func evaluate(_ assignment: Assignment) async throws -> Event {
        let event = assignment.event
        guard let lane = event.lane else { throw Unanswerable(message: "the event names no service") }
        let data = event.data
        let window = try EvaluationWindow.read(data, now: .now)
        let (slo, document) = try slo(of: lane, data)
        let request = EvaluationRequest(
            // With the time: what was triggered again after it was forgotten is another evaluation.
            id: DerivedID.make("finished \(event.time)", from: event.id),
            lane: lane,
            labels: (data["labels"]?.object ?? [:]).compactMapValues(\.text),
            window: window,
            slo: slo,
            text: document.text,
            path: document.path
        )
        let project = try self.document(DocumentPath.project, of: lane.project).flatMap {
            Project.read($0.text, file: DocumentPath.project).value
        }
        let providers = try (project?.providers ?? []).map { try Provider($0, environment: environment) }
        let plan = try QueryPlan(
            slo,
            file: document.path,
            indicators: try indicators(of: lane),
            placeholders: Placeholders(
                lane: lane,
                window: window,
                labels: request.labels,
                filter: slo.filter,
                environment: environment
            ),
            providers: providers.map(\.settings.name)
        )
        let fetch = try IndicatorFetch(providers)
        do {
            let values = Evaluator.Values.asked(plan, of: fetch, deadline: IndicatorFetch.defaultDeadline)
            let evaluation = try await Evaluator(values: values, history: .journal(journal))(request)
            await fetch.shutdown()
            return try evaluation.event(context: event.context, at: .now, triggeredID: event.id)
        } catch {
            await fetch.shutdown()
            throw error
        }
    }

    /// The SLO in the event, or the most specific one that is applied.
    private func slo(of lane: Lane, _ data: JSON) throws -> (SLO, (path: String, text: String)) {
        let found: (path: String, text: String)
        if let text = data["evaluation"]?["slo"]?.text {
            found = ("<event>", text)
        } else {
            let paths = DocumentPath.all("slo.yaml", stage: lane.stage, service: lane.service).reversed()
            guard
                let applied = try paths.lazy.compactMap({ path in
                    try document(path, of: lane.project).map { (path, $0.text) }
                }).first
            else {
                throw Unanswerable(
                    message: "no SLO is applied for the service `\(lane.service)` in the stage `\(lane.stage)`;"
                        + " apply one as stages/\(lane.stage)/services/\(lane.service)/slo.yaml or services/\(lane.service)/slo.yaml"
                )
            }
            found = applied
        }
        let reading = SLO.read(found.text, file: found.path)
        guard let slo = reading.value else {
            let errors = reading.diagnostics.filter { $0.severity == .error }
            throw Unanswerable(message: errors.map(\.description).joined(separator: "; "))
        }
        return (slo, found)
    }

    /// Those of all levels, the most specific last, which wins.
    private func indicators(of lane: Lane) throws -> [Indicator] {
        try DocumentPath.all("sli.yaml", stage: lane.stage, service: lane.service).flatMap { path in
            try document(path, of: lane.project).flatMap { SLI.read($0.text, file: path).value?.indicators } ?? []
        }
    }

    private func document(_ path: String, of project: String) throws -> (sha256: String, text: String)? {
        try journal.document(path, of: project)
    }
}
