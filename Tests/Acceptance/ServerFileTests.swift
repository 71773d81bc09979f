import Foundation
import Orchestrator
import TestSupport
import Testing

@Suite("The server file")
struct ServerFileTests {
    @Test("is read as a whole, with sizes and ages")
    func read() throws {
        let reading = ServerFile.read(
            """
            apiVersion: tidegate.dev/v1
            kind: Server
            spec:
              listen: 0.0.0.0:80
              dataDir: data
              tls: {cert: a.pem, key: /b.pem}
              retention: {events: 30d, size: 2GiB}
              tracing: {endpoint: "http://127.0.0.1:4318/"}
            """,
            file: "/etc/tidegate/server.yaml"
        )
        #expect(reading.diagnostics == [])
        let file = try #require(reading.value)
        #expect(file.listen == "0.0.0.0:80")
        #expect(file.dataDirectory == "/etc/tidegate/data")
        #expect(file.tls == .init(certificate: "/etc/tidegate/a.pem", key: "/b.pem"))
        #expect(file.retention == .init(events: .seconds(30 * 86_400), size: 2 << 30))
        #expect(file.tracing?.endpoint == "http://127.0.0.1:4318")
    }

    @Test("says what is wrong with it, all at once")
    func wrong() throws {
        let reading = ServerFile.read(
            """
            apiVersion: tidegate.dev/v1
            kind: Server
            spec:
              lisen: 0.0.0.0:80
              retention: {events: 1h, size: 2GB}
              tracing: {endpoint: "http://ana:hunter2@host"}
            """,
            file: "server.yaml"
        )
        #expect(
            reading.diagnostics.map(\.description) == [
                "server.yaml:4:3: error: unknown key `lisen` in `spec`, did you mean `listen`?",
                "server.yaml:5:23: error: `events` must be a duration such as `720h` or `30d`, at least 48h, not `1h`",
                "server.yaml:5:33: error: `size` must be a size such as `512MiB` or `10GiB`, not `2GB`",
                "server.yaml:6:23: error: user and password don't belong in a document; use `headersFile`",
            ]
        )
    }

    @Test("starts a server where its options say nothing else; a wrong one starts none")
    func serve() async throws {
        let folder = try TemporaryFolder()
        let start = "apiVersion: tidegate.dev/v1\nkind: Server\nspec: "
        let good = try folder.write("good.yaml", start + "{listen: '127.0.0.1:1', retention: {size: 1GiB}}\n")
        let server = try await RunningServer(directory: folder.path + "/data", arguments: ["--config", good])
        #expect(server.port != 1, "the option wins")
        #expect(server.stop() == 0)
        let bad = try folder.write("bad.yaml", start + "{colour: red}\n")
        let result = try await Program.tidegate(["serve", "--config", bad])
        #expect(result.code == 2)
        #expect(result.errors.hasPrefix("\(bad):3:8: error: unknown key `colour` in `spec`"))
        let validated = try await Program.tidegate(["validate", good])
        #expect(validated.output == "1 document, 0 errors, 0 warnings\n")
    }
}
