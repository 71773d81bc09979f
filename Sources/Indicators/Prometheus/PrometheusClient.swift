import AsyncHTTPClient
import Events
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Objectives
import Outbound
import Tracing
import Workflows

/// Asks one Prometheus, or what answers like it, for the value of a query at a moment.
struct PrometheusClient: Sendable {
    /// The largest body that is read: 10 MiB.
    static let bodyLimit = 10 << 20
    private static let redirects = 3

    private let provider: Provider
    private let client: HTTPClient
    private let endpoint: String

    /// - Returns: What a provider's files say of TLS.
    /// - Throws: ``Provider/Invalid`` where one can't be read.
    static func tls(of provider: Provider) throws(Provider.Invalid) -> TLSConfiguration? {
        try provider.settings.tls?.configuration(of: provider.settings.name)
    }

    init(_ provider: Provider, tls: TLSConfiguration?) {
        self.provider = provider
        endpoint = provider.settings.url + "/api/v1/query"
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: .milliseconds(provider.settings.timeout.milliseconds)),
            decompression: .enabled(limit: .size(Self.bodyLimit))
        )
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = provider.settings.maxConcurrency
        // Attempts are counted and spaced here, not by the pool.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration.guarded)
    }

    func shutdown() async {
        try? await client.shutdown()
    }

    /// Asks, again if it has to.
    ///
    /// - Parameters:
    ///   - query: What is asked.
    ///   - time: The moment to evaluate it at.
    ///   - deadline: When to give up for good.
    /// - Returns: The answer.
    /// - Throws: ``ProviderFailure`` where there is none that can be used.
    func answer(
        _ query: IndicatorQuery,
        at time: Timestamp,
        until deadline: ContinuousClock.Instant
    ) async throws(ProviderFailure) -> PrometheusAnswer {
        var attempt = 0
        while true {
            attempt += 1
            let remaining = ContinuousClock.now.duration(to: deadline)
            guard remaining > .zero else { throw failure(query, .deadline, attempt: attempt) }
            let result = await withTimeLimit(min(provider.settings.timeout, remaining)) { await post(query, at: time) }
            let fault: PrometheusFault
            switch result {
            case .success(let answer): return answer
            case .failure(let found): fault = found
            }
            let delay = RetryPolicy.delay(
                after: attempt,
                retryAfter: fault.retryAfter,
                remaining: ContinuousClock.now.duration(to: deadline),
                jitter: .random(in: 0...1)
            )
            guard fault.isRetried, let delay, (try? await Task.sleep(for: delay)) != nil else {
                throw failure(query, fault, attempt: attempt)
            }
        }
    }

    /// Asks for traces of what a query counts. They are a help: where there are none, or the provider keeps none, that is all.
    ///
    /// - Parameters:
    ///   - query: Whose.
    ///   - window: From when.
    /// - Returns: The largest few.
    func exemplars(of query: IndicatorQuery, in window: TimeWindow) async -> [Exemplar] {
        let fields = [
            ("query", query.text), ("start", window.start.seconds.description), ("end", window.end.seconds.description),
        ]
        let request = request(fields, to: endpoint + "_exemplars")
        guard
            let response = try? await client.execute(
                request,
                timeout: .milliseconds(provider.settings.timeout.milliseconds)
            ),
            response.status == .ok, let body = try? await response.body.collect(upTo: Self.bodyLimit),
            let answer = try? JSONDecoder().decode(PrometheusExemplars.self, from: Data(body.readableBytesView))
        else { return [] }
        return answer.exemplars(of: query.metric, link: provider.settings.traceURL)
    }

    private func failure(_ query: IndicatorQuery, _ fault: PrometheusFault, attempt: Int) -> ProviderFailure {
        let attempts = attempt > 1 ? " (\(attempt) attempts)" : ""
        return ProviderFailure(
            "provider `\(query.provider)`, indicator `\(query.metric)`, \(endpoint): \(fault.message)\(attempts)",
            isUnreachable: fault.isUnreachable
        )
    }

    private func post(_ query: IndicatorQuery, at time: Timestamp) async -> Result<PrometheusAnswer, PrometheusFault> {
        var url = endpoint
        do {
            for _ in 0...Self.redirects {
                let response = try await client.execute(request(query, at: time, to: url), deadline: .distantFuture)
                guard (300..<400).contains(response.status.code),
                    let location = response.headers.first(name: "location")
                else { return await read(response) }
                switch Redirect(from: url, to: location) {
                case .follow(let next): url = next
                case .refuse(let fault): return .failure(fault)
                }
            }
            return .failure(.answer("redirects more than \(Self.redirects) times"))
        } catch {
            return .failure(PrometheusFault(connection: error))
        }
    }

    private func request(_ query: IndicatorQuery, at time: Timestamp, to url: String) -> HTTPClientRequest {
        request([("query", query.text), ("time", time.seconds.description)], to: url)
    }

    private func request(_ fields: [(String, String)], to url: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for header in provider.settings.headers { request.headers.add(name: header.name, value: header.value) }
        if let authorization = provider.credentials.authorization {
            request.headers.replaceOrAdd(name: "authorization", value: authorization)
        }
        request.headers.replaceOrAdd(name: "content-type", value: "application/x-www-form-urlencoded")
        request.headers.replaceOrAdd(name: "accept", value: "application/json")
        request.headers.replaceOrAdd(name: "user-agent", value: "tidegate")
        if let context = ServiceContext.current {
            InstrumentationSystem.instrument.inject(context, into: &request.headers, using: HeaderInjector())
        }
        let form = fields + provider.settings.parameters.map { ($0.name, $0.value) }
        request.body = .bytes(
            ByteBuffer(string: form.map { "\($0.0.formEncoded)=\($0.1.formEncoded)" }.joined(separator: "&"))
        )
        return request
    }

    private func read(_ response: HTTPClientResponse) async -> Result<PrometheusAnswer, PrometheusFault> {
        let body: Data
        do {
            body = Data(try await response.body.collect(upTo: Self.bodyLimit).readableBytesView)
        } catch is NIOTooManyBytesError {
            return .failure(.answer("answered with more than 10 MiB"))
        } catch {
            return .failure(PrometheusFault(connection: error))
        }
        guard response.status == .ok else { return .failure(PrometheusFault(response, body: body)) }
        do throws(PrometheusAnswer.Unusable) {
            return .success(try PrometheusAnswer(body))
        } catch {
            return .failure(.answer(error.message))
        }
    }
}

/// The result, or that it took too long; what is under way then is cancelled.
private func withTimeLimit<Value: Sendable>(
    _ limit: Duration,
    _ work: @Sendable @escaping () async -> Result<Value, PrometheusFault>
) async -> Result<Value, PrometheusFault> {
    await withTaskGroup(of: Result<Value, PrometheusFault>?.self) { group in
        group.addTask { await work() }
        group.addTask {
            try? await Task.sleep(for: limit)
            return .failure(.timeout(limit))
        }
        let first = await group.next()
        group.cancelAll()
        return first?.flatMap(\.self) ?? .failure(.timeout(limit))
    }
}

extension String {
    fileprivate var formEncoded: String {
        addingPercentEncoding(withAllowedCharacters: .unreserved) ?? ""
    }
}

extension CharacterSet {
    /// RFC 3986, 2.3.
    fileprivate static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}

extension ProviderSettings.TLS {
    fileprivate func configuration(of provider: String) throws(Provider.Invalid) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        do {
            if let ca { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(ca)) }
            if let certificate, let key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            }
        } catch {
            let files = [ca, certificate, key].compactMap(\.self).joined(separator: ", ")
            throw Provider.Invalid(message: "provider `\(provider)`: not readable as PEM: \(files)")
        }
        return configuration
    }
}

private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout HTTPHeaders) {
        carrier.replaceOrAdd(name: key, value: value)
    }
}
