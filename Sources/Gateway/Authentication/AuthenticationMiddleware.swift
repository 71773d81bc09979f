import HTTPTypes
import Hummingbird

/// Finds out who asks. Probes are for everybody.
struct AuthenticationMiddleware: RouterMiddleware {
    /// Nil where no tokens are wanted.
    let tokens: TokenFile?

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        guard let tokens else {
            context.principal = .anonymous
            return try await next(request, context)
        }
        if ["/livez", "/readyz"].contains(request.uri.path) { return try await next(request, context) }
        guard let secret = Self.secret(request) else {
            throw Problem(.unauthorized, "a token is needed: send it as `Authorization: Bearer …`")
        }
        guard let token = try tokens.find(secret) else {
            throw Problem(.unauthorized, "this token is not known, or was revoked")
        }
        context.principal = Principal(name: token.name, role: token.role, projects: token.projects.map(Set.init))
        return try await next(request, context)
    }

    /// From the header, or from Keptn's own, `x-token`.
    private static func secret(_ request: Request) -> String? {
        if let header = request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return String(parts[1])
        }
        return HTTPField.Name("x-token").flatMap { request.headers[$0] }
    }
}
