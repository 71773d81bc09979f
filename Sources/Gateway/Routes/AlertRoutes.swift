import Events
import Hummingbird
import Orchestrator
import Workflows

/// Alerts in, and the switch that stops what is done about them.
struct AlertRoutes {
    let orchestrator: Orchestrator

    func add(to router: Router<GatewayContext>) {
        router.post("/v1/alerts/alertmanager") { request, context in try await receive(request, context) }
        router.get("/v1/freezes") { request, context in try await list(request, context) }
        router.post("/v1/freezes") { request, context in try await freeze(true, request, context) }
        router.post("/v1/unfreeze") { request, context in try await freeze(false, request, context) }
    }

    /// Answered with 2xx only once all of them are kept: Alertmanager sends them again after 5xx, and after 429.
    private func receive(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.ingest)
        _ = try request.query([])
        let json = try await json(request)
        let alerts: [Alert]
        do throws(Alert.Invalid) {
            alerts = try Alert.read(json)
        } catch {
            throw Problem(
                .invalid,
                "this is not Alertmanager's webhook",
                errors: [.init(pointer: error.pointer, detail: error.detail)]
            )
        }
        let taken = try await orchestrator.take(
            alerts,
            for: context.principal.projects,
            by: context.principal.name
        )
        return .json(["items": .array(taken.map(\.json))])
    }

    private func json(_ request: Request) async throws -> JSON {
        guard request.headers[.contentType]?.isJSONMediaType ?? false else {
            throw Problem(.unsupportedMediaType, "send `Content-Type: application/json`")
        }
        let bytes = try await request.bytes(upTo: Limits.batch)
        do throws(JSONFault) {
            return try JSON(parsing: bytes, depth: 10)
        } catch {
            throw Problem(EventFault.malformed(error))
        }
    }

    private func list(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.read)
        _ = try request.query([])
        let freezes = try await orchestrator.freezes().filter { name, _ in
            name.isEmpty || context.principal.projects?.contains(name) ?? true
        }
        let items = freezes.sorted { $0.key < $1.key }.map { name, reason -> JSON in
            ["project": name.isEmpty ? .null : .text(name), "reason": .text(reason)]
        }
        return .json(["items": .array(items)])
    }

    private func freeze(_ isFrozen: Bool, _ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.operate)
        _ = try request.query([])
        let body = try await request.object(isFrozen ? ["project", "reason"] : ["project"])
        let project = body["project"] == nil ? nil : try body.name("project")
        if let project {
            try context.principal.check(project: project)
        } else if context.principal.projects != nil {
            throw Problem(.forbidden, "the token `\(context.principal.name)` is not for all projects; name one")
        }
        let reason = isFrozen ? try body.name("reason") : ""
        try await orchestrator.freeze(isFrozen, project: project, reason: reason, by: context.principal.name)
        return .json(["project": project.map { .text($0) } ?? .null, "frozen": .boolean(isFrozen)])
    }
}

extension Orchestrator.TakenAlert {
    fileprivate var json: JSON {
        [
            "fingerprint": .text(alert.fingerprint), "project": lane.map { .text($0.project) } ?? .null,
            "stage": lane.map { .text($0.stage) } ?? .null, "service": lane.map { .text($0.service) } ?? .null,
            "context": .text(receipt.context), "id": .text(receipt.id), "duplicate": .boolean(receipt.isDuplicate),
            "position": .number(Double(receipt.position)),
        ]
    }
}
