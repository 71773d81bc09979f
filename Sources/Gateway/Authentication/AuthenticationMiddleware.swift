import HTTPTypes
import Hummingbird

/// Finds out who asks. Probes are for everybody.
struct AuthenticationMiddleware: RouterMiddleware {
    let authentication: Authentication

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        if ["/livez", "/readyz"].contains(request.uri.path) { return try await next(request, context) }
        var context = context
        context.principal = try authentication.principal(request.headers)
        return try await next(request, context)
    }
}
