import Documents
import Events
import Hummingbird
import Journal
import Orchestrator
import Workflows

/// What waits for a person.
struct ApprovalRoutes {
    let orchestrator: Orchestrator

    func add(to router: Router<GatewayContext>) {
        router.get("/v1/approvals") { request, context in try list(request, context) }
        router.post("/v1/approvals/{id}") { request, context in try await answer(request, context) }
    }

    private func list(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        let query = try request.query(["project", "stage", "service"])
        let waiting = try orchestrator.journal.sequences(
            try filter(query, context.principal),
            waitingForPeople: true,
            limit: Limits.page
        )
        let items = try waiting.reversed().flatMap { listed in
            try listed.run.approvals.map { task in
                let run = listed.run
                var item: JSON = [
                    "id": .text(task.id), "context": .text(run.context), "project": .text(run.lane.project),
                    "stage": .text(run.lane.stage), "service": .text(run.lane.service),
                    "since": .text(task.triggeredAt.description),
                ]
                if let evaluation = try orchestrator.journal.lastEvaluation(ofContext: run.context) {
                    item["evaluation"] = .text(evaluation)
                }
                return item
            }
        }
        return .json(["items": .array(items)])
    }

    private func answer(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.operate)
        _ = try request.query([])
        let id = try context.parameters.require("id")
        let body = try await request.object(["result", "message"])
        guard let result = body["result"]?.text.flatMap(Verdict.init(rawValue:)), result != .warning else {
            throw Problem(
                .invalid,
                "say yes or no",
                errors: [.init(pointer: "/result", detail: "expected `pass` or `fail`")]
            )
        }
        let message = try body.optionalText("message") ?? ""
        let reader = EventReader(.init(time: Timestamp(milliseconds: 0)) { "" })
        guard let kept = try orchestrator.journal.event(id, from: Sequencer.source),
            let event = try? reader.event(Array(kept.body)),
            event.type == "\(Event.keptnPrefix)approval.triggered", event.source == Sequencer.source,
            let lane = event.lane,
            context.principal.projects?.contains(lane.project) ?? true
        else { throw Problem(.notFound, "there is no approval `\(id.abbreviated)`") }
        try await orchestrator.answer(approval: id, in: lane, result, message: message, by: context.principal.name)
        return .json(["id": .text(id), "result": .text(result.rawValue), "by": .text(context.principal.name)])
    }
}
