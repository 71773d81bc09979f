import Documents
import Events
import Hummingbird
import Journal
import Orchestrator
import Workflows

/// Sequences: trigger them, look at them, steer them.
struct SequenceRoutes {
    let orchestrator: Orchestrator

    func add(to router: Router<GatewayContext>) {
        router.post("/v1/sequences") { request, context in try await trigger(request, context) }
        router.get("/v1/sequences") { request, context in try list(request, context) }
        router.get("/v1/sequences/{context}") { request, context in try show(request, context) }
        for control in Orchestrator.Control.allCases {
            router.post("/v1/sequences/{context}/\(control.rawValue)") { request, context in
                try await tell(control, request, context)
            }
        }
    }

    private func trigger(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.operate)
        _ = try request.query([])
        let body = try await request.object(["project", "stage", "service", "sequence", "labels", "data"])
        let lane = try body.lane
        try context.principal.check(project: lane.project)
        var data = try body.optionalObject("data") ?? .emptyObject
        if let labels = try body.optionalObject("labels") { data["labels"] = labels }
        let receipt = try await orchestrator.trigger(
            try body.name("sequence"),
            in: lane,
            data: data,
            by: context.principal.name
        )
        return .json(["context": .text(receipt.context), "id": .text(receipt.id)], status: .accepted)
    }

    private func list(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        let query = try request.query(["context", "project", "stage", "service", "state", "before", "limit"])
        let limit = Int(try query.integer("limit", in: 1...Int64(Limits.page)) ?? 50)
        let runs = try orchestrator.journal.sequences(
            try filter(query, context.principal),
            states: try states(query["state"]),
            before: try query.integer("before", in: 1...Limits.position),
            limit: limit
        )
        let next: JSON = runs.count == limit ? .number(Double(runs.last?.position ?? 0)) : .null
        return .json(["items": .array(runs.map(\.json)), "next": next])
    }

    private func states(_ text: String?) throws -> [Run.State] {
        guard let text else { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let state = Run.State(rawValue: String(name)) else {
                let names = Run.State.allCases.map(\.rawValue)
                throw Problem(
                    .malformed,
                    "there is no state `\(String(name).abbreviated)`\(String(name).suggestion(among: names)); known: \(names.joined(separator: ", "))"
                )
            }
            return state
        }
    }

    private func show(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        _ = try request.query([])
        var filter = try filter([:], context.principal)
        let name = try context.parameters.require("context")
        filter.context = name
        let runs = try orchestrator.journal.sequences(filter, limit: Limits.page)
        guard !runs.isEmpty else {
            throw Problem(.notFound, "there is no sequence with the context `\(name.abbreviated)`")
        }
        return .json(["context": .text(name), "items": .array(runs.reversed().map(\.json))])
    }

    private func tell(
        _ control: Orchestrator.Control,
        _ request: Request,
        _ context: GatewayContext
    ) async throws -> Response {
        try context.principal.check(.operate)
        let query = try request.query(["stage"])
        var filter = try filter(query, context.principal)
        filter.context = try context.parameters.require("context")
        let count = try await orchestrator.tell(control, filter, by: context.principal.name)
        return .json(["context": .text(filter.context ?? ""), "sequences": .number(Double(count))], status: .accepted)
    }
}

extension ListedRun {
    var json: JSON {
        var json: JSON = [
            "id": .text(run.id), "context": .text(run.context), "project": .text(run.lane.project),
            "stage": .text(run.lane.stage), "service": .text(run.lane.service), "sequence": .text(run.sequence),
            "state": .text(run.state.rawValue), "triggered": .text(run.triggeredAt.description),
            "started": run.startedAt.map { .text($0.description) } ?? .null,
            "ended": run.endedAt.map { .text($0.description) } ?? .null, "position": .number(Double(position)),
            "shipyard": run.shipyard.map { .text($0) } ?? .null, "tasks": .array(run.tasks.map(\.json)),
        ]
        json["status"] = run.outcome.map { .text($0.status.rawValue) } ?? .null
        json["result"] = run.outcome.map { .text($0.result.rawValue) } ?? .null
        json["message"] = .text(run.outcome?.message ?? "")
        return json
    }
}

extension TaskRun {
    fileprivate var json: JSON {
        [
            "id": .text(id), "name": .text(name), "attempt": .number(Double(attempt)),
            "triggered": .text(triggeredAt.description), "started": startedAt.map { .text($0.description) } ?? .null,
            "ended": endedAt.map { .text($0.description) } ?? .null,
            "executors": .array(executors.map { .text($0) }),
            "status": outcome.map { .text($0.status.rawValue) } ?? .null,
            "result": outcome.map { .text($0.result.rawValue) } ?? .null, "message": .text(outcome?.message ?? ""),
        ]
    }
}
