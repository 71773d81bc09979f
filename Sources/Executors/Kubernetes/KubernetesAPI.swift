import AsyncHTTPClient
import Events
import Foundation
import NIOCore
import NIOHTTP1
import Outbound
import Workflows

/// Requests to a cluster's API, again where it says so.
///
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/>
struct KubernetesAPI: Sendable {
    /// What the API says is wrong.
    struct Fault: Error, Equatable {
        /// 0 where it was not reached.
        let status: Int
        let message: String
        var retryAfter: Duration?
    }

    enum Patch: String {
        case strategic = "application/strategic-merge-patch+json"
        case merge = "application/merge-patch+json"
        case json = "application/json-patch+json"
        case apply = "application/apply-patch+yaml"
    }

    private static let timeout = Duration.seconds(30)
    private static let tries = 6
    private static let bodyLimit = 8 << 20

    let access: ClusterAccess
    private let client: HTTPClient

    init(_ access: ClusterAccess) {
        self.access = access
        var configuration = HTTPClient.Configuration(tlsConfiguration: access.tls, redirectConfiguration: .disallow)
            .guarded
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async { try? await client.shutdown() }

    func get(_ path: String) async throws -> JSON { try await call(.GET, path) }

    func patch(_ path: String, _ patch: Patch, _ body: JSON) async throws -> JSON {
        try await call(.PATCH, path, body: body.bytes, type: patch.rawValue)
    }

    /// Tries again where somebody else has written meanwhile (409), where there is too much to do (429, with its
    /// `Retry-After`), and where the API has failed or can't be reached.
    private func call(_ method: HTTPMethod, _ path: String, body: [UInt8]? = nil, type: String = "") async throws
        -> JSON
    {
        var pause = Duration.milliseconds(250)
        for attempt in 1... {
            do {
                return try await callOnce(method, path, body: body, type: type)
            } catch let fault as Fault where attempt < Self.tries && fault.isRetried {
                try await Task.sleep(for: fault.retryAfter ?? pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
        preconditionFailure("the last try is not caught")
    }

    private func callOnce(_ method: HTTPMethod, _ path: String, body: [UInt8]?, type: String) async throws -> JSON {
        var request = request(path)
        request.method = method
        if let body {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response: HTTPClientResponse
        let bytes: ByteBuffer
        do {
            let answer = try await Deadline.run(Self.timeout) { [client, request] in
                let response = try await client.execute(request, timeout: .minutes(1))
                return (response, try await response.body.collect(upTo: Self.bodyLimit))
            }
            guard let answer else { throw Fault(status: 0, message: "the cluster did not answer in time") }
            (response, bytes) = answer
        } catch let fault as Fault {
            throw fault
        } catch let fault as HTTPFault {
            throw Fault(status: 400, message: fault.description)
        } catch {
            throw Fault(status: 0, message: "the cluster can't be reached (\(Swift.type(of: error)))")
        }
        let json = try? JSON(parsing: Array(bytes.readableBytesView))
        guard (200..<300).contains(response.status.code) else {
            throw Fault(
                status: Int(response.status.code),
                message: json?["message"]?.text ?? "the cluster answered \(response.status.code)",
                retryAfter: response.headers.first(name: "retry-after").flatMap { Int($0) }.map {
                    .seconds(min($0, 60))
                }
            )
        }
        guard let json else { throw Fault(status: 0, message: "the cluster's answer is not JSON") }
        return json
    }

    /// Follows what happens, line by line, until the API ends it or the body has seen enough.
    ///
    /// - Throws: ``Fault`` where it can't be followed.
    func watch(_ path: String, _ body: (JSON) throws -> Bool) async throws {
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request(path), timeout: .minutes(10))
        } catch {
            throw Fault(status: 0, message: "the cluster can't be reached (\(Swift.type(of: error)))")
        }
        guard response.status == .ok else {
            throw Fault(status: Int(response.status.code), message: "the cluster answered \(response.status.code)")
        }
        var line: [UInt8] = []
        do {
            for try await part in response.body {
                for byte in part.readableBytesView {
                    guard byte == UInt8(ascii: "\n") else {
                        line.append(byte)
                        guard line.count <= Self.bodyLimit else {
                            throw Fault(status: 0, message: "an event of more than 8 MiB")
                        }
                        continue
                    }
                    if let json = try? JSON(parsing: line), try body(json) { return }
                    line.removeAll(keepingCapacity: true)
                }
            }
        } catch let error as HTTPClientError {
            throw Fault(status: 0, message: "the connection to the cluster broke (\(error.shortDescription))")
        }
    }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: access.server + path)
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "tidegate")
        if let token = access.token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        return request
    }
}

extension KubernetesAPI.Fault {
    fileprivate var isRetried: Bool { [0, 409, 429].contains(status) || status >= 500 }
}
