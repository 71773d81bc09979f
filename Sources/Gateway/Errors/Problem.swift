import Events
import Hummingbird
import NIOCore

/// An error as the client sees it: RFC 9457, `application/problem+json`.
struct Problem: Error {
    /// What kind of error it is; `type` is made of it, and does not change.
    enum Kind: String {
        case malformed, invalid, unauthorized, forbidden, conflict, unavailable
        /// There is no verdict: nothing to judge by, or nobody to ask.
        case notEvaluated = "not-evaluated"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case tooLarge = "too-large"
        case unsupportedMediaType = "unsupported-media-type"
        case tooManyRequests = "too-many-requests"
        case timeout

        var status: HTTPResponse.Status {
            switch self {
            case .malformed: .badRequest
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .timeout: .requestTimeout
            case .conflict: .conflict
            case .tooLarge: .contentTooLarge
            case .unsupportedMediaType: .unsupportedMediaType
            case .invalid, .notEvaluated: .unprocessableContent
            case .tooManyRequests: .tooManyRequests
            case .unavailable: .serviceUnavailable
            }
        }
    }

    let kind: Kind
    let detail: String
    var errors: [EventFault.Detail] = []

    init(_ kind: Kind, _ detail: String, errors: [EventFault.Detail] = []) {
        self.kind = kind
        self.detail = detail
        self.errors = errors
    }

    init(_ fault: EventFault) {
        switch fault {
        case .malformed(let fault):
            self.init(.malformed, "not JSON: \(fault)", errors: [.init(pointer: fault.pointer, detail: fault.detail)])
        case .invalid(let details):
            self.init(.invalid, "this is JSON, but no CloudEvent that can be taken", errors: details)
        }
    }
}

extension Problem: HTTPResponseError {
    var status: HTTPResponse.Status { kind.status }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var json: JSON = [
            "type": .text("https://tidegate.dev/problems/\(kind.rawValue)"), "title": .text(status.reasonPhrase),
            "status": .number(Double(status.code)), "detail": .text(detail),
        ]
        if !errors.isEmpty {
            json["errors"] = .array(errors.map { ["pointer": .text($0.pointer), "detail": .text($0.detail)] })
        }
        var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if kind == .unavailable || kind == .tooManyRequests { headers[.retryAfter] = "1" }
        if kind == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        // An answer to HEAD has no body, or the next answer on the connection would begin in the middle of it.
        let body: ResponseBody = request.method == .head ? .init() : .init(byteBuffer: ByteBuffer(bytes: json.bytes))
        return Response(status: status, headers: headers, body: body)
    }
}
