import Hummingbird
import Journal
import Logging
import Orchestrator

/// Gives every error in the form of the contract.
struct ErrorMiddleware: RouterMiddleware {
    let log: Logger

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError where error.status == .notFound {
            let methods = OpenAPI.methods(of: request.uri.path)
            guard !methods.isEmpty, !methods.contains(request.method.rawValue) else {
                return try problem(error, request).response(from: request, context: context)
            }
            let problem = Problem(
                .methodNotAllowed,
                "\(request.uri.path) takes \(methods.joined(separator: ", ")), not \(request.method.rawValue)"
            )
            var response = try problem.response(from: request, context: context)
            response.headers[.allow] = methods.joined(separator: ", ")
            return response
        } catch {
            return try problem(error, request).response(from: request, context: context)
        }
    }

    private func problem(_ error: any Error, _ request: Request) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case Orchestrator.Refusal.notFound(let message): return Problem(.notFound, message)
        case Orchestrator.Refusal.conflict(let message): return Problem(.conflict, message)
        case let failure as JournalFailure:
            log.error("the journal failed", metadata: ["error": "\(failure)"])
            return Problem(.unavailable, "the journal can't be used now; nothing was kept, try again")
        case let error as any HTTPResponseError where error.status == .notFound:
            return Problem(
                .notFound,
                "there is no route \(request.method.rawValue) \(request.uri.path); see /openapi.json"
            )
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            return Problem(.tooLarge, "the body is larger than what is taken here")
        case let error as any HTTPResponseError where error.status.code < 500:
            return Problem(.malformed, "\(error.status.reasonPhrase)")
        default:
            log.error("a request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return Problem(.unavailable, "this failed inside; the server's log says why")
        }
    }
}
