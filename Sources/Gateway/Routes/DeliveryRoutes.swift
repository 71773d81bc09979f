import Documents
import Events
import Hummingbird
import Journal
import Orchestrator

/// What those who subscribed were not told of yet.
struct DeliveryRoutes {
    let orchestrator: Orchestrator

    func add(to router: Router<GatewayContext>) {
        router.get("/v1/deliveries") { request, context in try list(request, context) }
        router.post("/v1/deliveries/{id}/redeliver") { request, context in try await redeliver(request, context) }
    }

    private func list(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        let query = try request.query(["project", "after", "limit"])
        let limit = Int(try query.integer("limit", in: 1...Int64(Limits.page)) ?? 100)
        let deliveries = try orchestrator.journal.deliveries(
            of: query["project"],
            after: try query.integer("after", in: 0...Limits.position) ?? 0,
            limit: limit
        )
        let visible = deliveries.filter { context.principal.projects?.contains($0.project) ?? true }
        let next: JSON = deliveries.count == limit ? .number(Double(deliveries.last?.id ?? 0)) : .null
        return .json(["items": .array(visible.map(\.json)), "next": next])
    }

    private func redeliver(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.operate)
        _ = try request.query([])
        let text = try context.parameters.require("id")
        guard let id = Int64(text),
            let delivery = try orchestrator.journal.deliveries(of: nil, after: id - 1, limit: 1).first,
            delivery.id == id, context.principal.projects?.contains(delivery.project) ?? true
        else { throw Problem(.notFound, "there is no delivery `\(text.abbreviated)` that did not arrive") }
        try await orchestrator.redeliver(delivery, by: context.principal.name)
        return .json(["id": .number(Double(id))], status: .accepted)
    }
}

extension Delivery {
    fileprivate var json: JSON {
        [
            "id": .number(Double(id)), "project": .text(project), "subscription": .text(subscription),
            "position": .number(Double(position)),
            "state": .text(isParked ? "parked" : attempts > 0 ? "failing" : "waiting"),
            "attempts": .number(Double(attempts)), "due": isParked ? .null : due.map { .text($0.description) } ?? .null,
            "received": .text(received.description), "reason": reason.map { .text($0) } ?? .null,
        ]
    }
}
