import AsyncHTTPClient
import Documents
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// What went wrong with one attempt to ask, and whether another one may help.
struct PrometheusFault: Error, Equatable {
    let message: String
    var isRetried = false
    /// Whether the provider itself could not be reached, so that no other query would fare better.
    var isUnreachable = false
    /// How long it asked to wait.
    var retryAfter: Duration?

    static func answer(_ message: String) -> Self { Self(message: message) }

    static let deadline = Self(message: "no time was left to ask", isUnreachable: true)

    static func timeout(_ limit: Duration) -> Self {
        let seconds = Double(limit.milliseconds) / 1000
        return Self(message: "gave no answer within \(seconds.short) s", isRetried: true)
    }
}

extension PrometheusFault {
    /// A status other than 200.
    init(_ response: HTTPClientResponse, body: Data) {
        let code = response.status.code
        let said = PrometheusAnswer.refusal(body).map { ": \($0)" } ?? ""
        switch code {
        case 401, 403:
            self.init(message: "refused the credentials (HTTP \(code))\(said)")
        case 404 where said.isEmpty:
            self.init(message: "knows no such URL (HTTP 404); expected is what stands before `/api/v1/query`")
        case 429, 500...:
            self.init(message: "answered with HTTP \(code)\(said)", isRetried: true, retryAfter: response.retryAfter)
        default:
            self.init(message: said.isEmpty ? "answered with HTTP \(code)" : "refused the query (HTTP \(code))\(said)")
        }
    }

    /// No answer at all, or none to the end.
    init(connection error: any Error) {
        switch error {
        case let error as NIOConnectionError:
            self.init(message: "can't connect: \(error.reason)", isRetried: true, isUnreachable: true)
        case let error as HTTPClientError where error == .connectTimeout:
            self.init(message: "can't connect: no answer in time", isRetried: true, isUnreachable: true)
        case let error as IOError where Self.unreachableCodes.contains(error.errnoCode):
            self.init(message: "can't connect: \(error.reason)", isRetried: true, isUnreachable: true)
        case let error as IOError:
            self.init(message: "the connection failed: \(error.reason)", isRetried: true)
        case let error as HTTPClientError where error == .remoteConnectionClosed: self = .closedEarly
        case HTTPParserError.invalidEOFState: self = .closedEarly
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            let reason = String(describing: error).abbreviated
            self.init(message: "TLS failed: \(reason); check `tls` and the certificate", isUnreachable: true)
        case is NIOHTTPDecompression.DecompressionError:
            self.init(message: "answered with more than 10 MiB, or with compressed data that can't be read")
        case is HTTPParserError:
            self.init(message: "answered with something that is not HTTP")
        case let error as HTTPClientError:
            // Its full description may hold what was sent.
            self.init(message: "no answer: \(error.shortDescription)", isRetried: true)
        default:
            self.init(message: "no answer: \(String(describing: type(of: error)))", isRetried: true)
        }
    }

    private static let closedEarly = Self(
        message: "closed the connection before the end of its answer",
        isRetried: true
    )
    private static let unreachableCodes = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH]
}

extension IOError {
    /// The system's words.
    fileprivate var reason: String { String(cString: strerror(errnoCode)) }
}

extension HTTPClientResponse {
    /// Seconds, or a date (RFC 9110, 10.2.3); at most an hour.
    fileprivate var retryAfter: Duration? {
        guard let text = headers.first(name: "retry-after") else { return nil }
        if let seconds = Int(text) { return .seconds(min(max(seconds, 0), 3600)) }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text).map { .seconds(min(max($0.timeIntervalSinceNow, 0), 3600)) }
    }
}

extension NIOConnectionError {
    /// Why the first of its addresses could not be reached, in the system's words.
    fileprivate var reason: String {
        guard let error = connectionErrors.first?.error else { return "\(host) has no address" }
        return (error as? IOError)?.reason ?? String(describing: error).abbreviated
    }
}
