import ArgumentParser
import Foundation
import Gateway
import Journal
import Logging
import Orchestrator
import Telemetry
import Tracing

/// `tidegate serve`: the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Take events over HTTP, keep them, and run sequences from them.",
        discussion: """
            On a loopback address no token is needed. On any other, make one first with `tidegate token create`, or say \
            --no-auth. On SIGTERM nothing new is accepted, what was handed in is kept and answered, and it exits with 0.

            EXAMPLES
              tidegate serve
              tidegate serve --config server.yaml
              tidegate serve --listen 0.0.0.0:8085 --data-dir /var/lib/tidegate \\
                --tls-cert server.pem --tls-key server.key
            """
    )

    @Option(help: ArgumentHelp("Where requests are taken; port 0 is any that is free.", valueName: "host:port"))
    var listen: String?

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("A server file; options win over it.", valueName: "file"), completion: .file())
    var config: String?

    @Option(
        help: ArgumentHelp("The server's certificate, PEM; read again when it changes.", valueName: "file"),
        completion: .file()
    )
    var tlsCert: String?

    @Option(help: ArgumentHelp("The certificate's private key, PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Flag(help: "Take requests without a token on an address that others can reach.")
    var noAuth = false

    func run() async throws {
        let settings = try settings()
        let listen = listen ?? settings.listen ?? Self.defaultAddress
        let (host, port) = try address(listen)
        let tls = try certificate(settings.tls)
        let directory = try DataDirectory.path(data.dataDir ?? settings.dataDirectory)
        let tokens = try tokens(TokenFile(directory: directory), host: host)
        var log = Logger(label: "tidegate") { _ in StandardErrorLog() }
        log.logLevel = .info
        let exporter = try settings.tracing.map { try tracer($0, log) }
        do {
            let journal = try Journal(directory: directory, for: .server)
            let orchestrator = try Orchestrator(
                journal,
                settings: settings,
                environment: Terminal.environment,
                log: log
            )
            let scheme = tls == nil ? "http" : "https"
            let shown = host.contains(":") ? "[\(host)]" : host
            let server = Server.Settings(
                host: host,
                port: port,
                tls: tls,
                tokens: tokens,
                isOpenWhileEmpty: Self.isLoopback(host),
                isTraced: exporter != nil,
                services: exporter.map { [$0] } ?? []
            )
            try await Server(orchestrator, server, log: log).run { port in
                Terminal.tell("tidegate: listening on \(scheme)://\(shown):\(port), data in \(directory)\n")
            }
        } catch let failure as JournalFailure {
            throw Failure.unavailable(failure.description)
        } catch {
            throw Failure.unavailable("\(listen) can't be served: \(error)")
        }
    }

    private static let defaultAddress = "127.0.0.1:8085"

    private func settings() throws(Failure) -> ServerFile {
        guard let config else { return ServerFile() }
        let file = try InputFile(config)
        let reading = ServerFile.read(file.text, file: file.name)
        guard let settings = reading.value else { throw .invalid(reading.diagnostics) }
        Terminal.complain(reading.diagnostics.map(\.description))
        return settings
    }

    /// From here on spans are recorded.
    private func tracer(_ tracing: ServerFile.Tracing, _ log: Logger) throws(Failure) -> OTLPExporter {
        var headers: [(name: String, value: String)] = []
        var text = ""
        if let file = tracing.headersFile { text = try InputFile(file).text }
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else {
                throw .usage("\(tracing.headersFile ?? ""): expected lines of `Name: value`")
            }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers.append((line[..<colon].trimmingCharacters(in: .whitespaces), value))
        }
        let exporter = OTLPExporter(endpoint: tracing.endpoint, headers: headers, version: Tidegate.version, log: log)
        InstrumentationSystem.bootstrap(OTLPTracer(exporter))
        return exporter
    }

    private func address(_ listen: String) throws(Failure) -> (host: String, port: Int) {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (0...65535).contains(port), colon != listen.startIndex
        else { throw .usage("`--listen \(listen)`: expected HOST:PORT such as 127.0.0.1:8085 or [::1]:8085") }
        let host = listen[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        return (String(host), port)
    }

    private func certificate(_ settings: ServerFile.TLS?) throws(Failure) -> TLS? {
        guard (tlsCert == nil) == (tlsKey == nil) else { throw .usage("`--tls-cert` and `--tls-key` go together") }
        guard let tlsCert = tlsCert ?? settings?.certificate, let tlsKey = tlsKey ?? settings?.key else { return nil }
        do throws(TLS.Unusable) {
            return try TLS(certificate: tlsCert, key: tlsKey)
        } catch {
            throw .usage(error.description)
        }
    }

    /// Closed unless opened: tokens are wanted wherever there are any, and have to be there for others than this machine.
    private func tokens(_ file: TokenFile, host: String) throws -> TokenFile? {
        if noAuth { return nil }
        let isEmpty: Bool
        do {
            isEmpty = try file.tokens().isEmpty
        } catch {
            throw Failure.unavailable("\(error)")
        }
        guard !isEmpty || Self.isLoopback(host) else {
            throw Failure.usage(
                "\(host) can be reached by others, and there are no tokens: make one with `tidegate token create NAME --role admin"
                    + " --data-dir …`, listen on 127.0.0.1, or say `--no-auth`"
            )
        }
        return file
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

/// The log of the server: a line of text for each thing, on standard error.
private struct StandardErrorLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard event.level >= .warning || event.source != "HummingbirdCore" else { return }
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        Terminal.complain(["\(Date().ISO8601Format()) \(event.level) \(event.message)\(details)"])
    }
}
