import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import Orchestrator
import ServiceLifecycle

/// The HTTP server: its routes around an orchestrator.
public struct Server: Sendable {
    public struct Settings: Sendable {
        public let host: String
        /// 0 for any that is free.
        public let port: Int
        public let tls: TLS?
        /// Nil where no tokens are wanted.
        public let tokens: TokenFile?
        /// Whether none is wanted as long as there is none.
        public let isOpenWhileEmpty: Bool
        /// Whether each request is a span.
        public let isTraced: Bool
        /// What runs beside the server, and ends after it.
        public let services: [any Service]

        public init(
            host: String,
            port: Int,
            tls: TLS?,
            tokens: TokenFile?,
            isOpenWhileEmpty: Bool,
            isTraced: Bool = false,
            services: [any Service] = []
        ) {
            self.host = host
            self.port = port
            self.tls = tls
            self.tokens = tokens
            self.isOpenWhileEmpty = isOpenWhileEmpty
            self.isTraced = isTraced
            self.services = services
        }
    }

    private let orchestrator: Orchestrator
    private let settings: Settings
    private let log: Logger

    public init(_ orchestrator: Orchestrator, _ settings: Settings, log: Logger) {
        self.orchestrator = orchestrator
        self.settings = settings
        self.log = log
    }

    /// Serves until SIGTERM or SIGINT: then nothing new is accepted, what was handed in is kept and answered, and it returns.
    ///
    /// - Parameter ready: Told of the port, once requests are taken.
    /// - Throws: Where the address can't be had.
    public func run(ready: @Sendable @escaping (Int) -> Void) async throws {
        let log = log
        let tls = settings.tls
        let requests = RequestMetrics()
        let authentication = Authentication(tokens: settings.tokens, isOpenWhileEmpty: settings.isOpenWhileEmpty)
        let ingest =
            settings.isTraced
            ? nil : Ingest(orchestrator: orchestrator, authentication: authentication, metrics: requests)
        let builder = HTTPServerBuilder { responder in
            let channel = GatewayChannel(responder: responder, ingest: ingest)
            return if let tls { try TLSChannel(channel, tlsConfiguration: tls.configuration) } else { channel }
        }
        let application = Application(
            router: router(authentication, requests),
            server: builder,
            configuration: .init(
                address: .hostname(settings.host, port: settings.port),
                serverName: "tidegate",
                backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(Limits.connections)
            ),
            onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) },
            logger: log
        )
        var configuration = ServiceGroupConfiguration(
            services: (settings.services + [orchestrator, application]).map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: log
        )
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        configuration.maximumCancellationDuration = .seconds(5)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func router(_ authentication: Authentication, _ requests: RequestMetrics) -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self)
        if settings.isTraced { router.add(middleware: TracingMiddleware()) }
        router.add(middleware: MetricsMiddleware(metrics: requests))
        router.add(middleware: ErrorMiddleware(log: log))
        router.add(middleware: AuthenticationMiddleware(authentication: authentication))
        EventRoutes(orchestrator: orchestrator).add(to: router)
        StreamRoute(orchestrator: orchestrator).add(to: router)
        SequenceRoutes(orchestrator: orchestrator).add(to: router)
        ApprovalRoutes(orchestrator: orchestrator).add(to: router)
        EvaluationRoutes(orchestrator: orchestrator).add(to: router)
        ApplyRoute(orchestrator: orchestrator).add(to: router)
        AlertRoutes(orchestrator: orchestrator).add(to: router)
        DeliveryRoutes(orchestrator: orchestrator).add(to: router)
        ProbeRoutes(orchestrator: orchestrator, requests: requests).add(to: router)
        return router
    }
}
