import Foundation
import TestSupport
import Testing
import Workflows

@testable import Indicators

@Suite("A project file")
struct ProjectTests {
    private func project(_ providers: String) -> String {
        "apiVersion: tidegate.dev/v1\nkind: Project\nspec:\n  providers:\n\(providers)\n"
    }

    @Test("names providers and how they are reached")
    func read() throws {
        let text = project(
            """
              - name: main
                type: prometheus
                url: https://metrics.example/prometheus/
                bearerTokenFile: token
                tls: {ca: /etc/ca.pem, cert: c.pem, key: k.pem}
                headers: {X-Scope-OrgID: team}
                parameters: {dedup: "true"}
                timeout: 5s
                maxConcurrency: 4
            """
        )
        let reading = Project.read(text, file: "conf/project.yaml")
        #expect(reading.diagnostics.isEmpty)
        let provider = try #require(reading.value?.providers.first)
        #expect(provider.url == "https://metrics.example/prometheus")
        #expect(provider.bearerTokenFile == "conf/token")
        #expect(provider.tls?.ca == "/etc/ca.pem")
        #expect(provider.tls?.key == "conf/k.pem")
        #expect(provider.headers == [.init(name: "X-Scope-OrgID", value: "team")])
        #expect(provider.timeout == .seconds(5))
        #expect(provider.maxConcurrency == 4)
    }

    @Test(
        "holds no secrets and nothing that can't work",
        arguments: [
            (
                "url: http://user:hunter2@h:9090",
                "7:10: error: user and password don't belong in a document; use `basicAuthFile`"
            ),
            (
                "url: ftp://h",
                "7:10: error: expected a URL such as http://127.0.0.1:9090 or https://metrics.example.com/prometheus"
            ),
            (
                "url: http://h/?x=1",
                "7:10: error: a provider's URL has no `?` and no `#`; put parameters under `parameters`"
            ),
            (
                "url: http://h\n    headers: {Authorization: Bearer abc}",
                "8:15: error: `Authorization`: a secret doesn't belong in a document; use `bearerTokenFile` or `basicAuthFile`"
            ),
            (
                "url: http://h\n    parameters: {query: up}",
                "8:18: error: `query`: this parameter is set for each query"
            ),
            ("url: http://h\n    timeout: fast", "8:14: error: `timeout` must be a duration such as `10s`, not `fast`"),
            (
                "url: http://h\n    tls: {cert: a}",
                "8:10: error: `cert` and `key` go together: a client certificate needs its private key"
            ),
            (
                "url: http://h\n    maxConcurency: 3",
                "8:5: error: unknown key `maxConcurency` in a provider, did you mean `maxConcurrency`?"
            ),
        ]
    )
    func refused(lines: String, message: String) {
        let reading = Project.read(project("  - name: main\n    type: prometheus\n    \(lines)"), file: "project.yaml")
        #expect(reading.diagnostics.map(\.description) == ["project.yaml:" + message])
    }

    @Test("gives way to the environment")
    func environment() throws {
        let folder = try TemporaryFolder()
        try folder.write("token", "from-file\n")
        let settings = try #require(
            Project.read(
                project("  - {name: my-prom, type: prometheus, url: 'http://h', bearerTokenFile: token}"),
                file: folder.path + "/project.yaml"
            ).value?.providers.first
        )
        let provider = try Provider(
            settings,
            environment: [
                "TIDEGATE_PROVIDER_MY_PROM_HEADERS": "X-Scope-OrgID: a\nX-B: c",
                "TIDEGATE_PROVIDER_MY_PROM_PARAMETERS": "dedup=true&x=y=z",
                "TIDEGATE_PROVIDER_MY_PROM_CA_FILE": "/ca.pem",
            ]
        )
        #expect(provider.settings.headers.map(\.value) == ["a", "c"])
        #expect(provider.settings.parameters.map(\.value) == ["true", "y=z"])
        #expect(provider.settings.tls?.ca == "/ca.pem")
    }

    @Test("takes the place of what the file says, name by name")
    func precedence() throws {
        let settings = try #require(
            Project.read(
                project(
                    """
                      - {name: p, type: prometheus, url: 'http://h', bearerTokenFile: missing, headers: {X-Scope-OrgID: file, X-A: b}, parameters: {dedup: file}}
                    """
                ),
                file: "project.yaml"
            ).value?.providers.first
        )
        let provider = try Provider(
            settings,
            environment: [
                "TIDEGATE_PROVIDER_P_HEADERS": "x-scope-orgid: env", "TIDEGATE_PROVIDER_P_PARAMETERS": "dedup=env",
                "TIDEGATE_PROVIDER_P_BASIC_AUTH": "ana:x\n",
            ]
        )
        #expect(provider.settings.headers.map(\.value) == ["b", "env"])
        #expect(provider.settings.parameters.map(\.value) == ["env"])
        #expect(provider.credentials.authorization == "Basic YW5hOng=")
    }

    @Test(
        "with secrets that no header can hold is refused without showing them",
        arguments: ["BEARER_TOKEN", "BASIC_AUTH", "HEADERS"]
    )
    func unusableSecret(variable: String) {
        let secret = variable == "HEADERS" ? "X: hunter\u{1}2" : "hunter\u{1}2:x"
        do {
            _ = try Provider(
                argument: "p=prometheus=http://h",
                environment: ["TIDEGATE_PROVIDER_P_\(variable)": secret]
            )
            Issue.record("it was accepted")
        } catch {
            #expect(!error.message.contains("hunter"))
        }
    }

    @Test(
        "or a `--provider` that can't be used is an error in words, without credentials",
        arguments: [
            (
                "graphite=http://h",
                "`--provider graphite=…`: expected `prometheus=URL`, `NAME=prometheus=URL` or a project file; `prometheus` is the only type"
            ),
            (
                "prometheus=h:9090",
                "`--provider prometheus=…`: expected a URL such as http://127.0.0.1:9090 or https://metrics.example.com/prometheus"
            ),
            (
                "p=prometheus=http://u:hunter2@h/?q",
                "`--provider p=prometheus=…`: a provider's URL has no `?` and no `#`; put parameters under `parameters`"
            ),
        ]
    )
    func argument(argument: String, message: String) {
        #expect(throws: Provider.Invalid(message: message)) { try Provider(argument: argument, environment: [:]) }
    }
}
