import Events
import Hummingbird
import Orchestrator

/// For those who watch the server itself.
struct ProbeRoutes {
    let orchestrator: Orchestrator
    let requests: RequestMetrics

    func add(to router: Router<GatewayContext>) {
        router.get("/livez") { _, _ in Response.json(["status": "alive"]) }
        router.get("/readyz") { _, _ in try await ready() }
        router.get("/metrics") { request, context in try metrics(request, context) }
        router.get("/openapi.json") { _, _ in Response.json(OpenAPI.document) }
    }

    /// Ready means that an event could be kept now: something is written, though nothing is left of it.
    private func ready() async throws -> Response {
        try await orchestrator.probe()
        return .json(["status": "ready"])
    }

    private func metrics(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        let isOpenMetrics = request.headers[.accept]?.contains("application/openmetrics-text") ?? false
        let text = try MetricsText(
            orchestrator: orchestrator,
            requests: requests.snapshot,
            isOpenMetrics: isOpenMetrics
        ).text
        let type =
            isOpenMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8"
        return Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: text))
        )
    }
}
