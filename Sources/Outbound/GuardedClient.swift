import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Workflows

/// Sends requests that a project asks for, to where it may: the URL is one that the project allows, and the address that is
/// connected to is the one that was looked at. A name can't lead elsewhere between the two.
public struct GuardedClient: Sendable {
    /// Who may be reached.
    public enum Reach: Sendable {
        /// What the project allows; loopback, link-local and metadata addresses only where they are written as such.
        case allowed(Allow)
        /// Everything but link-local and metadata addresses: what the project file names itself.
        case named
    }

    public struct Answer: Sendable {
        public let status: Int
        public let headers: HTTPHeaders
        public let body: ByteBuffer
    }

    /// What is read of an answer.
    public static let bodyLimit = 1 << 20
    private static let redirects = 5
    /// Headers that go along to another origin.
    private static let plain = ["accept", "user-agent", "idempotency-key", "traceparent"]

    private let reach: Reach
    private let tls: TLSConfiguration?
    /// For tests: what a host's addresses are.
    private let resolve: @Sendable (String) async throws -> [Address]

    public init(_ reach: Reach, tls: TLSConfiguration? = nil) {
        self.init(reach, tls: tls, resolve: Resolver.addresses)
    }

    init(
        _ reach: Reach,
        tls: TLSConfiguration? = nil,
        resolve: @Sendable @escaping (String) async throws -> [Address]
    ) {
        self.reach = reach
        self.tls = tls
        self.resolve = resolve
    }

    /// - Parameters:
    ///   - request: What is sent. After a redirect it is sent again where that leads, if that may be reached, too; where it
    ///     leads to another origin, without a body and with none but the plainest headers.
    ///   - timeout: For all of it, to the end of the answer.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``HTTPFault`` where it may not be sent, or there is none.
    public func send(_ request: HTTPClientRequest, timeout: Duration) async throws -> Answer {
        let answer = try await Deadline.run(timeout) { [self] in try await follow(request, timeout: timeout) }
        guard let answer else { throw HTTPFault("it did not answer in time", isRetried: true) }
        return answer
    }

    private func follow(_ request: HTTPClientRequest, timeout: Duration) async throws -> Answer {
        let deadline = NIODeadline.now() + .nanoseconds(Int64(timeout / .nanoseconds(1)))
        var request = request
        for _ in 0...Self.redirects {
            let answer = try await sendOnce(request, deadline: deadline)
            guard [301, 302, 303, 307, 308].contains(answer.status),
                let location = answer.headers.first(name: "location")
            else { return answer }
            let origin = URL(string: request.url)
            guard let next = URL(string: location, relativeTo: origin) else {
                throw HTTPFault("it redirects to what is no URL")
            }
            request.headers.remove(name: "host")
            request.url = next.absoluteString
            if answer.status == 303 || (answer.status < 303 && request.method == .POST) {
                request.method = .GET
                request.body = nil
            }
            if next.scheme != origin?.scheme || next.host != origin?.host || next.port != origin?.port {
                // Any header may have a secret in it, and so may the body.
                for name in Set(request.headers.map(\.name)) where !Self.plain.contains(name.lowercased()) {
                    request.headers.remove(name: name)
                }
                guard request.body == nil else {
                    throw HTTPFault(
                        "it redirects what was sent to another origin (\(next.host ?? "")): call that itself"
                    )
                }
            }
        }
        throw HTTPFault("it redirects more than \(Self.redirects) times")
    }

    private func sendOnce(_ request: HTTPClientRequest, deadline: NIODeadline) async throws -> Answer {
        let (host, address) = try await target(request.url)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            decompression: .enabled(limit: .size(Self.bodyLimit))
        )
        configuration.dnsOverride = [host: address.description]
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.tracing.tracer = nil
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let response = try await client.execute(request, deadline: deadline)
            let body = try await response.body.collect(upTo: Self.bodyLimit)
            try await client.shutdown()
            return Answer(status: Int(response.status.code), headers: response.headers, body: body)
        } catch {
            try? await client.shutdown()
            throw error is NIOTooManyBytesError
                ? HTTPFault("it answered with more than 1 MiB") : HTTPFault(Self.reason(error), isRetried: true)
        }
    }

    /// Where a URL leads, if it may be reached.
    private func target(_ text: String) async throws -> (host: String, Address) {
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty
        else { throw HTTPFault("this is no URL of http or https") }
        var forbidden: Set<Address.Place> = [.linkLocal, .metadata, .unusable]
        if case .allowed(let allow) = reach {
            guard let prefix = allow.prefix(for: text) else {
                throw HTTPFault(
                    "the project does not allow \(url.scheme ?? "")://\(host): add its beginning to `allow.urls` of project.yaml"
                )
            }
            forbidden.insert(.loopback)
            if prefix.namesAddress { forbidden = [] }
        }
        let addresses = try await resolve(host)
        for address in addresses {
            if let place = address.place, forbidden.contains(place) {
                throw HTTPFault("`\(host)` is \(address), which is \(place.rawValue): this is not reached by a name")
            }
        }
        guard let address = addresses.first else { throw HTTPFault("the host `\(host)` has no address") }
        return (host, address)
    }

    private static func reason(_ error: any Error) -> String {
        let timeouts: [HTTPClientError] = [.connectTimeout, .deadlineExceeded, .readTimeout]
        if let error = error as? HTTPClientError, timeouts.contains(error) { return "it did not answer in time" }
        // What an error says may quote the URL, and with it what is secret.
        return "it can't be reached (\(type(of: error)))"
    }
}
