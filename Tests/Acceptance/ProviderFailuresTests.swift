import Foundation
import NIOSSL
import TestSupport
import Testing
import Workflows

/// What a provider can do wrong, and what the program makes of it.
@Suite("A provider")
struct ProviderFailuresTests {
    private static let slo = """
        objectives: [{sli: errors, pass: [{criteria: ["<1"]}]}]
        indicators: {errors: "sum(errors)"}
        total_score: {pass: 90%}
        """

    /// Evaluates one indicator against a provider that a project file describes.
    private func evaluate(
        _ url: String,
        settings: String = "timeout: 60s",
        environment: [String: String] = [:]
    ) async throws -> ProgramResult {
        let folder = try TemporaryFolder()
        let slo = try folder.write("slo.yaml", Self.slo)
        let project = try folder.write(
            "project.yaml",
            """
            apiVersion: tidegate.dev/v1
            kind: Project
            spec:
              providers:
                - name: main
                  type: prometheus
                  url: \(url)
                  \(settings)
            """
        )
        return try await Program.tidegate(
            [
                "evaluate", "--slo", slo, "--provider", project, "--window", "5m", "--no-history", "-o", "json",
                "--deadline", "100s",
            ],
            environment: environment
        )
    }

    private func evaluate(
        _ answer: ScriptedServer.Answer,
        timeout: String = "60s"
    ) async throws -> (result: ProgramResult, port: Int) {
        let server = try await ScriptedServer { _, _ in answer }
        let result = try await evaluate("http://127.0.0.1:\(server.port)", settings: "timeout: \(timeout)")
        try await server.stop()
        return (result, server.port)
    }

    struct Fault: CustomTestStringConvertible {
        let testDescription: String
        let answer: ScriptedServer.Answer
        let words: String

        init(_ name: String, _ answer: ScriptedServer.Answer, _ words: String) {
            testDescription = name
            self.answer = answer
            self.words = words
        }
    }

    static let faults = [
        Fault(
            "answers with HTML",
            .http("200 OK", "<html>Log in</html>", type: "text/html"),
            "answered with HTML, not JSON; is this the URL of Prometheus, or of a page before it?"
        ),
        Fault(
            "redirects to another host",
            .http("302 Found", "", headers: ["Location: http://example.invalid/login"]),
            "redirects to another host (http://example.invalid), which is not followed; give its URL"
        ),
        Fault(
            "redirects in a circle",
            .http("307 Temporary Redirect", "", headers: ["Location: /api/v1/query"]),
            "redirects more than 3 times"
        ),
        Fault(
            "cuts its JSON short",
            .http("200 OK", #"{"status":"success","data":{"resu"#),
            "answered with JSON that is cut short or not Prometheus'"
        ),
        Fault(
            "closes before the end",
            .bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"status\":"),
            "closed the connection before the end of its answer (5 attempts)"
        ),
        Fault("closes at once", .bytes(""), "closed the connection before the end of its answer"),
        Fault("never answers", .bytesAndSilence(""), "gave no answer within 0.2 s (5 attempts)"),
        Fault(
            "stops in the middle",
            .bytesAndSilence("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"status\":"),
            "gave no answer within 0.2 s (5 attempts)"
        ),
        Fault(
            "sends more than 10 MiB",
            .flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nConnection: close\r\n\r\n", times: 320),
            "answered with more than 10 MiB"
        ),
        Fault(
            "announces more than 10 MiB",
            .http("200 OK", "", headers: ["Content-Length: 99999999999"]).withoutLength,
            "answered with more than 10 MiB"
        ),
        Fault("is no HTTP server", .bytes("SSH-2.0-OpenSSH_9.2\r\n"), "answered with something that is not HTTP"),
        Fault("wants other credentials", .http("401 Unauthorized", "no"), "refused the credentials (HTTP 401)"),
        Fault(
            "is not at this URL",
            .http("404 Not Found", "404 page not found", type: "text/plain"),
            "knows no such URL (HTTP 404); expected is what stands before `/api/v1/query`"
        ),
        Fault(
            "fails all the time",
            .http("500 Internal Server Error", "oops", type: "text/plain"),
            "answered with HTTP 500"
        ),
        Fault(
            "is overloaded for long",
            .http("429 Too Many Requests", "", headers: ["Retry-After: 3600"]),
            "answered with HTTP 429"
        ),
        Fault(
            "does not understand the query",
            .http("400 Bad Request", #"{"status":"error","errorType":"bad_data","error":"1:1: parse error"}"#),
            "refused the query (HTTP 400): bad_data: 1:1: parse error"
        ),
    ]

    @Test("makes it exit with 3, and a message with provider, indicator and URL", arguments: faults)
    func failure(fault: Fault) async throws {
        let (result, port) = try await evaluate(fault.answer, timeout: fault.words.contains("0.2 s") ? "200ms" : "60s")
        #expect(result.code == 3)
        let place = "tidegate: error: provider `main`, indicator `errors`, http://127.0.0.1:\(port)/api/v1/query: "
        #expect(result.errors.hasPrefix(place + fault.words), "\(result.errors)")
        let evaluation = try PrintedEvaluation(result.output)
        #expect(evaluation.status == "errored")
        #expect(evaluation.result == "fail")
    }

    @Test("that nobody answers for makes it exit with 3")
    func refusedConnection() async throws {
        let server = try await ScriptedServer { _, _ in .bytes("") }
        try await server.stop()
        let result = try await evaluate("http://127.0.0.1:\(server.port)")
        #expect(result.code == 3)
        #expect(result.errors.contains("can't connect: ") && result.errors.contains("refused"), "\(result.errors)")
    }

    @Test("whose name has no address makes it exit with 3")
    func unknownName() async throws {
        let result = try await evaluate("http://nowhere.invalid:9090")
        #expect(result.code == 3)
        #expect(
            result.errors.contains("provider `main`, indicator `errors`, http://nowhere.invalid:9090/api/v1/query: ")
        )
    }

    @Test("that speaks no TLS where it should makes it exit with 3")
    func noTLS() async throws {
        let server = try await ScriptedServer { _, _ in .value("0") }
        let result = try await evaluate("https://127.0.0.1:\(server.port)")
        try await server.stop()
        #expect(result.code == 3)
        #expect(result.errors.contains("TLS failed"), "\(result.errors)")
    }

    @Test(
        "that gives no one number fails the objective, with the reason, and exits with 1",
        arguments: [
            (
                #"{"status":"success","data":{"resultType":"vector","result":[]}}"#,
                "has no data: the query matched no series in the window"
            ),
            (
                #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"a"},"value":[1,"1"]},{"metric":{"pod":"b"},"value":[1,"2"]}]}}"#,
                "has no value: the query gives 2 series instead of one; they differ in pod (\"a\", \"b\"); aggregate them, as in sum(…)"
            ),
            (
                #"{"status":"success","data":{"resultType":"scalar","result":[1,"NaN"]}}"#,
                "has no value: the answer is NaN, as when nothing is divided by nothing"
            ),
        ]
    )
    func noNumber(body: String, message: String) async throws {
        let (result, _) = try await evaluate(.http("200 OK", body))
        #expect(result.code == 1)
        #expect(try PrintedEvaluation(result.output).objectives[0].message == message)
    }

    @Test("that warns is believed, and its warning is shown and kept")
    func warning() async throws {
        let (result, _) = try await evaluate(.value("0", beside: #","warnings":["one store did not answer"]"#))
        #expect(result.code == 0)
        let warning = "provider `main`, indicator `errors`: one store did not answer"
        #expect(try PrintedEvaluation(result.output).warnings == [warning])
        #expect(result.errors == "tidegate: warning: \(warning)\n")
    }

    @Test(
        "that recovers is asked again, after the time that it wants",
        arguments: ["503 Service Unavailable", "429 Too Many Requests"]
    )
    func recovers(status: String) async throws {
        let server = try await ScriptedServer { number, _ in
            number < 1 ? .http(status, "", headers: ["Retry-After: 1"]) : .value("0")
        }
        let clock = ContinuousClock.now
        let result = try await evaluate("http://127.0.0.1:\(server.port)")
        #expect(ContinuousClock.now - clock >= .seconds(1))
        try await server.stop()
        #expect(result.code == 0)
        #expect(server.requests.count == 2)
    }

    @Test("on the same host may redirect")
    func sameHostRedirect() async throws {
        let server = try await ScriptedServer { number, _ in
            number == 0 ? .http("308 Permanent Redirect", "", headers: ["Location: /prom/api/v1/query"]) : .value("0")
        }
        let result = try await evaluate("http://127.0.0.1:\(server.port)")
        try await server.stop()
        #expect(result.code == 0)
        #expect(server.requests.last?.hasPrefix("POST /prom/api/v1/query ") == true)
    }

    @Test("is asked by POST at the window's end, with its headers, parameters and token, which nobody sees")
    func request() async throws {
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "s3cret-token\n")
        let server = try await ScriptedServer { _, _ in .http("403 Forbidden", "") }
        let result = try await evaluate(
            "http://127.0.0.1:\(server.port)",
            settings: "{bearerTokenFile: \(token), headers: {X-Scope-OrgID: team}, parameters: {dedup: 'true'}}"
                .dropFirst().dropLast().split(separator: ", ").joined(separator: "\n      ")
        )
        try await server.stop()
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /api/v1/query HTTP/1.1\r\n"))
        #expect(request.lowercased().contains("authorization: bearer s3cret-token\r\n"))
        #expect(request.contains("X-Scope-OrgID: team\r\n"))
        #expect(request.contains("query=sum%28errors%29&time="))
        #expect(request.hasSuffix("&dedup=true"))
        #expect(!(result.output + result.errors).contains("s3cret"))
    }

    @Test("whose URL holds a password gets it as basic authentication, and nobody sees it")
    func urlCredentials() async throws {
        let server = try await ScriptedServer { _, _ in .http("401 Unauthorized", "") }
        let folder = try TemporaryFolder()
        let slo = try folder.write("slo.yaml", Self.slo)
        let result = try await Program.tidegate([
            "evaluate", "--slo", slo, "--provider", "prometheus=http://ana:hunter2@127.0.0.1:\(server.port)",
            "--window", "5m", "--data-dir", folder.path + "/data",
        ])
        try await server.stop()
        #expect(result.code == 3)
        #expect(server.requests.first?.lowercased().contains("authorization: basic ") == true)
        #expect(!(result.output + result.errors).contains("hunter2"))
        let stored = try Data(contentsOf: URL(filePath: folder.path + "/data/tidegate.db"))
        #expect(stored.range(of: Data("hunter2".utf8)) == nil)
    }

    @Test("that only informs does not stop a release when it fails")
    func informational() async throws {
        let server = try await ScriptedServer { _, request in
            request.contains("broken")
                ? .http("400 Bad Request", #"{"status":"error","errorType":"bad_data","error":"x"}"#) : .value("0")
        }
        let folder = try TemporaryFolder()
        let slo = try folder.write(
            "slo.yaml",
            """
            objectives: [{sli: a, pass: [{criteria: ["<1"]}]}, {sli: b}]
            indicators: {a: fine, b: broken}
            total_score: {pass: 90%}
            """
        )
        let result = try await Program.tidegate([
            "evaluate", "--slo", slo, "--provider", "prometheus=http://127.0.0.1:\(server.port)", "--window", "5m",
            "--no-history", "-o", "json",
        ])
        try await server.stop()
        #expect(result.code == 0)
        #expect(try PrintedEvaluation(result.output).objectives[1].message.contains("refused the query (HTTP 400)"))
    }

    @Test("may have its own authority and want a client certificate")
    func clientCertificate() async throws {
        let folder = try TemporaryFolder()
        let script = """
            set -e
            openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test-ca
            for name in server client; do
                openssl req -newkey rsa:2048 -nodes -keyout $name.key -out $name.csr -subj /CN=$name
                printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > $name.ext
                openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out $name.pem -extfile $name.ext
            done
            """
        let made = try await Program.run("sh", ["-c", script], folder: folder.path)
        try #require(made.code == 0, "\(made.errors)")
        func file(_ name: String) -> String { folder.path + "/" + name }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(file("server.pem")).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: file("server.key"), format: .pem))
        )
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file("ca.pem")))
        let server = try await ScriptedServer(tls: tls) { _, _ in .value("0") }
        let url = "https://localhost:\(server.port)"
        let settings = "tls: {ca: \(file("ca.pem")), cert: \(file("client.pem")), key: \(file("client.key"))}"
        #expect(try await evaluate(url, settings: settings).code == 0)
        let environment = [
            "TIDEGATE_PROVIDER_MAIN_CA_FILE": file("ca.pem"), "TIDEGATE_PROVIDER_MAIN_CERT_FILE": file("client.pem"),
            "TIDEGATE_PROVIDER_MAIN_KEY_FILE": file("client.key"),
        ]
        #expect(try await evaluate(url, environment: environment).code == 0)
        let untrusted = try await evaluate(
            url,
            settings: "tls: {cert: \(file("client.pem")), key: \(file("client.key"))}"
        )
        #expect(untrusted.code == 3)
        #expect(untrusted.errors.contains("TLS failed"), "\(untrusted.errors)")
        #expect(try await evaluate(url, settings: "tls: {ca: \(file("ca.pem"))}").code == 3)
        try await server.stop()
    }
}

extension ScriptedServer.Answer {
    /// Without the length that ``http(_:_:type:headers:)`` adds, so that a header of the test's own is the only one.
    fileprivate var withoutLength: Self {
        guard case .bytes(let text) = self else { return self }
        return .bytesAndSilence(text.replacing("Content-Length: 0\r\n", with: ""))
    }
}
