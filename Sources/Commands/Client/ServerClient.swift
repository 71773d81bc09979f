import AsyncHTTPClient
import Events
import Foundation
import NIOCore
import NIOHTTP1

/// Talks to a server.
struct ServerClient {
    let url: String
    let token: String?

    private static let bodyLimit = 64 << 20

    /// An answer that is no error.
    struct Answer {
        let status: Int
        let bytes: [UInt8]

        /// - Throws: ``Failure`` where it is not JSON.
        var json: JSON {
            get throws {
                do throws(JSONFault) {
                    return try JSON(parsing: bytes)
                } catch {
                    throw Failure.unavailable("the server's answer is not JSON; is this the URL of a tidegate server?")
                }
            }
        }
    }

    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: From the server's root, with its parts escaped.
    ///   - query: Parameters; those without a value are left out.
    ///   - body: What is sent; nil for nothing.
    ///   - type: What the body is.
    ///   - timeout: For the whole exchange.
    /// - Returns: What the server answered.
    /// - Throws: ``Failure``: 2 where the server refused, 3 where it can't be reached or has failed.
    func call(
        _ method: HTTPMethod,
        _ path: String,
        query: [(name: String, value: String?)] = [],
        body: [UInt8]? = nil,
        type: String = "application/json",
        timeout: Duration = .seconds(30)
    ) async throws -> Answer {
        var address = url + path
        let parts = query.compactMap { name, value in value.map { "\(name)=\($0.urlEscaped)" } }
        if !parts.isEmpty { address += "?" + parts.joined(separator: "&") }
        var request = HTTPClientRequest(url: address)
        request.method = method
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .milliseconds(timeout.milliseconds))
            let buffer = try await response.body.collect(upTo: Self.bodyLimit)
            let answer = Answer(status: Int(response.status.code), bytes: Array(buffer.readableBytesView))
            guard (200..<300).contains(answer.status) else { throw refusal(answer) }
            return answer
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.unavailable("the server \(url) can't be reached: \(Self.reason(error))")
        }
    }

    /// What the server says is wrong.
    private func refusal(_ answer: Answer) -> Failure {
        let problem = try? JSON(parsing: answer.bytes)
        let detail = problem?["detail"]?.text ?? "it answered with the status \(answer.status)"
        let errors = (problem?["errors"]?.array ?? []).compactMap { item -> String? in
            guard let detail = item["detail"]?.text else { return nil }
            let pointer = item["pointer"]?.text ?? ""
            return pointer.isEmpty || pointer.hasPrefix("/documents") || pointer == "/slo"
                ? detail : "\(pointer): \(detail)"
        }
        let isNoVerdict = problem?["type"]?.text?.hasSuffix("/not-evaluated") == true
        let code: Failure.Code = answer.status < 500 && answer.status != 429 && !isNoVerdict ? .usage : .unavailable
        return Failure(code: code, lines: errors + ["tidegate: error: \(detail)"])
    }

    private static func reason(_ error: any Error) -> String {
        let timeouts: [HTTPClientError] = [.connectTimeout, .deadlineExceeded, .readTimeout]
        let isTimeout = (error as? HTTPClientError).map(timeouts.contains) ?? false
        return isTimeout ? "it did not answer in time" : "\(error)"
    }
}

extension String {
    /// For one part of a URL.
    var urlEscaped: String {
        addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~"))) ?? self
    }
}
