import Documents
import Events
import Executors
import Foundation
import Hummingbird
import Journal
import Objectives
import Orchestrator
import Workflows

/// Evaluations: ask for one, look at them, and what the gate says.
struct EvaluationRoutes {
    let orchestrator: Orchestrator

    private static let longestWait = Duration.seconds(300)

    func add(to router: Router<GatewayContext>) {
        router.post("/v1/evaluations") { request, context in try await evaluate(request, context) }
        router.get("/v1/evaluations") { request, context in try list(request, context) }
        router.get("/v1/evaluations/{id}") { request, context in try show(request, context) }
        router.get("/v1/evaluations/{id}/links") { request, context in try links(request, context) }
        router.post("/v1/evaluations/{id}/invalidate") { request, context in try await invalidate(request, context) }
        router.get("/v1/gate/{project}/{stage}/{service}") { request, context in try gate(request, context) }
    }

    // MARK: Asking

    private func evaluate(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.operate)
        let query = try request.query(["wait"])
        let wait = try query["wait"].map { text in
            guard let wait = Duration(goStyle: text), wait <= Self.longestWait else {
                throw Problem(.malformed, "`wait` must be a duration such as 30s, at most \(Self.longestWait.text)")
            }
            return wait
        }
        let body = try await request.object([
            "project", "stage", "service", "start", "end", "timeframe", "labels", "slo",
        ])
        let lane = try body.lane
        try context.principal.check(project: lane.project)
        var evaluation = JSON.emptyObject
        for name in ["start", "end", "timeframe"] {
            if let text = try body.optionalText(name) { evaluation[name] = .text(text) }
        }
        if let slo = try body.optionalText("slo") {
            try check(slo)
            evaluation["slo"] = .text(slo)
        }
        var data: JSON = ["evaluation": evaluation]
        if let labels = try body.optionalObject("labels") { data["labels"] = labels }
        let receipt = try await orchestrator.trigger("evaluation", in: lane, data: data, by: context.principal.name)
        if let wait, let run = try await orchestrator.outcome(ofContext: receipt.context, within: wait) {
            if let id = try orchestrator.journal.lastEvaluation(ofContext: receipt.context),
                let stored = try orchestrator.journal.evaluation(id)
            {
                return .json(stored.document)
            }
            throw Problem(.notEvaluated, run.outcome?.message ?? "it could not be evaluated")
        }
        return .json(["context": .text(receipt.context)], status: .accepted)
    }

    private func check(_ slo: String) throws {
        let errors = SLO.read(slo, file: "slo").diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw Problem(
                .invalid,
                "the SLO can't be read",
                errors: errors.prefix(50).map { .init(pointer: "/slo", detail: $0.description) }
            )
        }
    }

    // MARK: Looking

    private func list(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        let query = try request.query(["project", "stage", "service", "before", "limit"])
        let limit = Int(try query.integer("limit", in: 1...Int64(Limits.page)) ?? 50)
        let items = try orchestrator.journal.evaluations(
            project: query["project"],
            stage: query["stage"],
            service: query["service"],
            before: try query.integer("before", in: 1...Limits.position),
            limit: limit
        )
        let visible = items.filter { context.principal.projects?.contains($0.project) ?? true }
        let next: JSON = items.count == limit ? .number(Double(items.last?.position ?? 0)) : .null
        return .json(["items": .array(visible.map(\.json)), "next": next])
    }

    private func show(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        _ = try request.query([])
        return .json(try stored(context).document)
    }

    private func links(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        _ = try request.query([])
        let links = try orchestrator.journal.links(ofEvaluation: try stored(context).evidence.id)
        let items = links.map { link -> JSON in
            ["task": .text(link.task), "title": .text(link.title), "url": .text(link.url), "event": .text(link.event)]
        }
        return .json(["items": .array(items)])
    }

    private func stored(_ context: GatewayContext) throws -> StoredEvaluation {
        let id = try context.parameters.require("id")
        guard let stored = try orchestrator.journal.evaluation(id),
            context.principal.projects?.contains(stored.evidence.lane.project) ?? true
        else { throw Problem(.notFound, "there is no evaluation `\(id.abbreviated)`") }
        return stored
    }

    private func invalidate(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.operate)
        _ = try request.query([])
        let evidence = try stored(context).evidence
        try await orchestrator.invalidate(
            evidence.id,
            in: evidence.lane,
            context: Orchestrator.newID,
            by: context.principal.name
        )
        return .json(["id": .text(evidence.id), "invalidated": true])
    }

    private func gate(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        _ = try request.query([])
        let lane = Lane(
            project: try context.parameters.require("project"),
            stage: try context.parameters.require("stage"),
            service: try context.parameters.require("service")
        )
        try context.principal.check(project: lane.project)
        if let reason = try orchestrator.journal.failedEvaluation(of: lane) { return .closedGate(reason) }
        let last = try orchestrator.journal.evaluations(
            project: lane.project,
            stage: lane.stage,
            service: lane.service,
            countsOnly: true,
            limit: 1
        ).first
        guard let last else { return .closedGate("nothing was evaluated yet") }
        let age = Double(max(0, Timestamp.now.milliseconds - last.time.milliseconds)) / 1000
        return .json([
            "open": .boolean(last.result != .fail), "result": .text(last.result.rawValue), "evaluation": .text(last.id),
            "age": .number(age), "reason": .text(last.reason),
        ])
    }
}

extension Response {
    /// Where there is no verdict, the gate is closed.
    fileprivate static func closedGate(_ reason: String) -> Response {
        .json(["open": false, "result": .null, "evaluation": .null, "age": .null, "reason": .text(reason)])
    }
}

extension EvaluationSummary {
    fileprivate var json: JSON {
        [
            "id": .text(id), "position": .number(Double(position)), "time": .text(time.description),
            "project": .text(project), "stage": .text(stage), "service": .text(service),
            "result": .text(result.rawValue),
            "status": .text(status.rawValue), "score": .number(score), "reason": .text(reason),
        ]
    }
}
