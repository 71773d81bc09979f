import Foundation
import Synchronization
import TestSupport
import Testing

/// Executors that are told of events, and the evaluation that is built in.
@Suite("Tasks of a sequence")
struct SubscriptionTests {
    private static let shipyard = """
        apiVersion: spec.keptn.sh/0.2.3
        kind: Shipyard
        metadata: {name: shop}
        spec:
          stages:
            - name: staging
              sequences:
                - name: delivery
                  tasks: [{name: deployment}, {name: evaluation, properties: {timeframe: 10m}}]
        """

    private static func project(_ sink: String, provider: String = "http://127.0.0.1:1") -> String {
        """
        apiVersion: tidegate.dev/v1
        kind: Project
        metadata: {name: shop}
        spec:
          providers: [{name: metrics, type: prometheus, url: "\(provider)"}]
          subscriptions:
            - name: deployer
              events: [sh.keptn.event.deployment.triggered]
              filter: {stages: [staging]}
              sink: {url: "\(sink)", secretFrom: {env: DEPLOYER_SECRET}}
        """
    }

    private static let trigger = #"{"project":"shop","stage":"staging","service":"carts","sequence":"delivery"}"#

    @Test("reach their sink signed, are tried again until they do, and are no more on the list then")
    func delivery() async throws {
        // It fails until that was seen.
        let isSeen = Mutex(false)
        let sink = try await ScriptedServer { number, _ in
            number < 2 || !isSeen.withLock({ $0 })
                ? .http("500 Internal Server Error", "") : .http("204 No Content", "")
        }
        let folder = try TemporaryFolder()
        let server = try await RunningServer(
            directory: folder.path + "/data",
            environment: ["DEPLOYER_SECRET": "s3cret"]
        )
        let documents = [
            "shipyard.yaml": Self.shipyard, "project.yaml": Self.project("http://127.0.0.1:\(sink.port)/events"),
        ]
        #expect(try await server.apply("shop", documents).status == 200)
        #expect(try await server.call(.POST, "/v1/sequences", body: Self.trigger).status == 202)
        #expect(
            try await RunningServer.eventually {
                try await server.call(.GET, "/v1/deliveries").items.contains { ($0["attempts"] as? Int ?? 0) > 0 }
            },
            "a failed delivery is on the list"
        )
        isSeen.withLock { $0 = true }
        #expect(await RunningServer.eventually { sink.requests.count >= 3 })
        #expect(try await RunningServer.eventually { try await server.call(.GET, "/v1/deliveries").items.isEmpty })
        let request = try #require(sink.requests.last)
        let body = try #require(request.components(separatedBy: "\r\n\r\n").last)
        #expect(body.contains(#""type":"sh.keptn.event.deployment.triggered""#))
        let file = try folder.write("body", body)
        let code = try await Program.run("openssl", ["dgst", "-sha256", "-hmac", "s3cret", file])
        let digest = try #require(code.output.split(separator: " ").last).trimmingCharacters(
            in: .whitespacesAndNewlines
        )
        #expect(request.lowercased().contains("x-tidegate-signature: sha256=\(digest)"))
        #expect(!server.log.contains("s3cret"))
        #expect(server.stop() == 0)
        try await sink.stop()
    }

    @Test("are told to people in the form of their chat, and to others as CDEvents, at an address that is a secret")
    func notifications() async throws {
        let sink = try await ScriptedServer { _, _ in .http("200 OK", "ok") }
        let address = "http://127.0.0.1:\(sink.port)"
        let folder = try TemporaryFolder()
        let server = try await RunningServer(
            directory: folder.path + "/data",
            environment: ["TEAM_CHAT": address + "/services/T0/hunter2"]
        )
        let subscriptions = ["slack", "teams", "cdevents", "markdown"].map { form in
            let target = form == "slack" ? "urlFrom: {env: TEAM_CHAT}" : "url: '\(address)/\(form)'"
            return """
                    - name: \(form)
                      events: [sh.keptn.event.staging.delivery.*]
                      filter: {match: {result: fail}}
                      sink: {\(target), form: \(form)}
                """
        }
        let project = """
            apiVersion: tidegate.dev/v1
            kind: Project
            spec:
              allow: {urls: ['\(address)/']}
              subscriptions:
            \(subscriptions.joined(separator: "\n"))
            """
        let shipyard = Self.shipyard.replacing(
            "{name: deployment}, {name: evaluation, properties: {timeframe: 10m}}",
            with: "{name: evaluation}"
        )
        let applied = try await server.apply("shop", ["shipyard.yaml": shipyard, "project.yaml": project])
        #expect(applied.status == 200, "\(applied.body)")
        // Without an SLO it can't be evaluated, and fails.
        #expect(try await server.call(.POST, "/v1/sequences", body: Self.trigger).status == 202)
        #expect(await RunningServer.eventually { Set(sink.requests.map { $0.split(separator: " ")[1] }).count >= 4 })
        func sent(_ path: String) -> String { sink.requests.first { $0.hasPrefix("POST \(path) ") } ?? "" }
        #expect(
            sent("/services/T0/hunter2").contains(#""text":"❌ staging.delivery finished · fail · shop/staging/carts""#)
        )
        #expect(sent("/teams").contains("AdaptiveCard"))
        #expect(sent("/markdown").contains("staging.delivery finished"))
        #expect(sent("/cdevents").contains(#""type":"dev.cdevents."#))
        #expect(!server.log.contains("hunter2"))
        #expect(server.stop() == 0)
    }

    @Test("are judged by the applied SLO in a real Prometheus, and so is an SLO that is submitted")
    func evaluation() async throws {
        let end = Int(Date().timeIntervalSince1970)
        var samples = Samples()
        samples.add("error_rate", "job=\"carts\"", at: stride(from: end - 900, through: end + 600, by: 15)) { _ in 0.5 }
        let result = try await RealPrometheus.run(samples) { url -> [String] in
            let folder = try TemporaryFolder()
            let server = try await RunningServer(directory: folder.path + "/data")
            let documents = [
                "shipyard.yaml": Self.shipyard, "project.yaml": Self.project("http://127.0.0.1:9/", provider: url),
                "sli.yaml": "indicators: {error_rate: 'avg(error_rate{job=\"$SERVICE\"})'}\n",
                "services/carts/slo.yaml":
                    "objectives: [{sli: error_rate, pass: [{criteria: ['<1']}]}]\ntotal_score: {pass: 90%}\n",
            ]
            guard try await server.apply("shop", documents).status == 200 else { return ["not applied"] }
            let waited = try await server.call(
                .POST,
                "/v1/evaluations?wait=60s",
                body: #"{"project":"shop","stage":"staging","service":"carts","timeframe":"10m"}"#
            )
            let gate = try await server.call(.GET, "/v1/gate/shop/staging/carts")
            let strict = try folder.write(
                "slo.yaml",
                "objectives: [{sli: error_rate, pass: [{criteria: ['<0.1']}]}]\ntotal_score: {pass: 90%}\n"
            )
            let submitted = try await Program.tidegate(
                [
                    "evaluate", "--slo", strict, "--server", server.url, "--project", "shop", "--stage", "staging",
                    "--service",
                    "carts", "--window", "10m",
                ]
            )
            let closed = try await server.call(.GET, "/v1/gate/shop/staging/carts")
            let id = closed.object["evaluation"] as? String ?? ""
            let invalidated = try await server.call(.POST, "/v1/evaluations/\(id)/invalidate")
            let open = try await server.call(.GET, "/v1/gate/shop/staging/carts")
            let code = server.stop()
            let replay = try await Program.tidegate(["replay", id, "--data-dir", server.directory])
            let check = try await Program.tidegate(["check", "--data-dir", server.directory])
            return [
                waited.object["result"] as? String ?? waited.body, "\(gate.object["open"] as? Bool ?? false)",
                "\(submitted.code)", submitted.output.split(separator: "\n").first.map(String.init) ?? submitted.errors,
                "\(closed.object["open"] as? Bool ?? true)", "\(invalidated.status)",
                "\(open.object["open"] as? Bool ?? false)",
                "\(code)", "\(replay.code)", check.output + check.errors,
            ]
        }
        #expect(
            result == [
                "pass", "true", "1", "FAIL  0 %  shop/staging/carts", "false", "200", "true", "0", "1", "whole\n",
            ]
        )
    }
}
