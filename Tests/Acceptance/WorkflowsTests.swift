import Foundation
import TestSupport
import Testing

/// The shipyards that are ready-made, rehearsed as their README says, and applied.
@Suite("The ready-made shipyards")
struct WorkflowsTests {
    /// The command of each row of the README, and the last lines that it prints.
    static let rehearsals: [(command: String, ending: [String])] = [
        ("workflows/quality-gate/shipyard.yaml production.evaluation", ["production evaluation finished: pass"]),
        (
            "workflows/delivery-with-approval/shipyard.yaml staging.delivery --result evaluation=warning",
            ["production evaluation finished: warning", "production delivery finished: warning"]
        ),
        (
            "workflows/delivery-with-rollback/shipyard.yaml staging.delivery --result production.delivery.evaluation=fail",
            [
                "production delivery finished: fail", "production rollback triggered", "production rollback triggered",
                "production rollback finished: pass", "production evaluation triggered",
                "production evaluation finished: pass",
                "production rollback finished: pass",
            ]
        ),
        (
            "workflows/scale-up/shipyard.yaml production.remediation --result evaluation=fail,pass",
            [
                "production action finished: pass", "production evaluation triggered",
                "production evaluation finished: pass", "production remediation finished: pass",
            ]
        ),
        ("workflows/restart/shipyard.yaml production.remediation", ["production remediation finished: pass"]),
        ("workflows/roll-back/shipyard.yaml production.remediation", ["production remediation finished: pass"]),
        ("workflows/feature-flag-off/shipyard.yaml production.remediation", ["production remediation finished: pass"]),
        (
            "workflows/profile-capture/shipyard.yaml production.delivery --result evaluation=fail",
            ["production profile finished: pass", "production profile finished: pass"]
        ),
    ]

    @Test("do what their README says", arguments: rehearsals.indices)
    func rehearse(index: Int) async throws {
        let (command, ending) = Self.rehearsals[index]
        let readme = try String(contentsOf: Repository.root.appending(path: "workflows/README.md"), encoding: .utf8)
        #expect(readme.contains("`tidegate simulate \(command)`"))
        let arguments = ["simulate"] + command.split(separator: " ").map(String.init)
        let result = try await Program.tidegate(arguments, folder: Repository.root.path)
        #expect(result.code == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map { line in
            line.split(separator: " ").dropFirst().joined(separator: " ")
        }
        #expect(Array(lines.suffix(ending.count)) == ending)
    }

    @Test("can be applied as they are, twice, with a plan that says so")
    func apply() async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        let root = Repository.root.appending(path: "workflows").path
        let names = try FileManager.default.contentsOfDirectory(atPath: root).filter { !$0.contains(".") }.sorted()
        #expect(names.count == 8)
        for name in names {
            let options = [root + "/" + name, "--server", server.url]
            let files = try FileManager.default.contentsOfDirectory(atPath: root + "/" + name).filter {
                $0.hasSuffix(".yaml")
            }.sorted()
            let plan = try await Program.tidegate(["diff"] + options)
            #expect(plan.code == 1, "\(plan.errors)")
            let lines = files.map { "+ \($0)\n" }.joined()
            #expect(
                plan.output
                    == "\(lines)project \(name): \(files.count) to create, 0 to update, 0 to delete, 0 unchanged\n"
            )
            #expect(try await Program.tidegate(["apply"] + options).code == 0)
            let again = try await Program.tidegate(["diff"] + options)
            #expect(again.code == 0)
            #expect(
                again.output == "project \(name): 0 to create, 0 to update, 0 to delete, \(files.count) unchanged\n"
            )
        }
        let empty = try folder.write("empty/.keep", "")
        let pruned = try await Program.tidegate(
            [
                "apply", URL(filePath: empty).deletingLastPathComponent().path, "--project", names[0], "--prune",
                "--server",
                server.url,
            ]
        )
        #expect(
            pruned.output
                == "- shipyard.yaml\nproject \(names[0]): 0 to create, 0 to update, 1 to delete, 0 unchanged\n"
                + "- shipyard.yaml\nproject \(names[0]): 0 created, 0 updated, 1 deleted, 0 unchanged\n"
        )
        #expect(server.stop() == 0)
    }

    // MARK: Carried out

    /// Applies a workflow's documents with other addresses, and tells it of a problem.
    private func remediate(
        _ name: String,
        _ folder: TemporaryFolder,
        replacing: [String: String],
        adding: [String: String] = [:],
        environment: [String: String] = [:],
        settings: String = "  listen: 127.0.0.1:0"
    ) async throws -> RunningServer {
        let config = try folder.write("server.yaml", "apiVersion: tidegate.dev/v1\nkind: Server\nspec:\n\(settings)\n")
        let server = try await RunningServer(
            directory: folder.path + "/data",
            arguments: ["--config", config],
            environment: environment
        )
        let root = Repository.root.appending(path: "workflows/\(name)").path
        var documents = adding
        for file in try FileManager.default.contentsOfDirectory(atPath: root) where file.hasSuffix(".yaml") {
            let text = try String(contentsOfFile: root + "/" + file, encoding: .utf8)
            documents[file] = replacing.reduce(text) { $0.replacing($1.key, with: $1.value) }
        }
        #expect(try await server.apply("shop", documents).status == 200)
        return server
    }

    private static func alert(_ status: String) -> String {
        #"{"version":"4","alerts":[{"status":"\#(status)","labels":{"alertname":"Slow","service":"carts"},"startsAt":"2026-01-01T00:00:00Z","fingerprint":"f"}]}"#
    }

    private func actions(_ server: RunningServer) async throws -> [String] {
        try await server.call(.GET, "/v1/events?type=sh.keptn.event.action.finished").items.compactMap { item in
            let data = (item["event"] as? [String: Any])?["data"] as? [String: Any]
            return data?["message"] as? String
        }
    }

    @Test(
        "act on a cluster, and undo it when the alert resolves",
        arguments: [
            ("scale-up", "carts has 4 replicas, had 2", "carts has 2 replicas, had 4"),
            ("restart", "carts is restarted", ""), ("roll-back", "carts is rolled back to revision 1", ""),
        ]
    )
    func cluster(name: String, done: String, undone: String) async throws {
        let folder = try TemporaryFolder()
        let cluster = try await PlayedCluster()
        let kubeconfig = try folder.write("kubeconfig", cluster.kubeconfig)
        let server = try await remediate(
            name,
            folder,
            replacing: [
                "/etc/tidegate/kubeconfig": kubeconfig,
                "https://kubernetes.example.com:6443/": "http://127.0.0.1:\(cluster.port)/",
            ]
        )
        #expect(try await server.call(.POST, "/v1/alerts/alertmanager", body: Self.alert("firing")).status == 200)
        #expect(try await RunningServer.eventually { try await actions(server).count == 1 })
        #expect(try await actions(server).first?.hasPrefix(done) == true)
        #expect(try await server.call(.POST, "/v1/alerts/alertmanager", body: Self.alert("resolved")).status == 200)
        if !undone.isEmpty {
            #expect(try await RunningServer.eventually { try await actions(server).count == 2 })
            #expect(try await actions(server).last?.hasPrefix(undone) == true)
        }
        #expect(server.stop() == 0)
    }

    @Test("turn a feature flag off, and on again when the alert resolves")
    func featureFlag() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let unleash = try await ScriptedServer { _, _ in .http("200 OK", "") }
        let server = try await remediate(
            "feature-flag-off",
            folder,
            replacing: ["https://unleash.example.com/": "http://127.0.0.1:\(unleash.port)/"],
            environment: ["TIDEGATE_SECRET_UNLEASH_TOKEN": "t0ken"]
        )
        let fired = try await server.call(.POST, "/v1/alerts/alertmanager", body: Self.alert("firing"))
        #expect(fired.status == 200, "\(fired.body) \(server.log)")
        #expect(await RunningServer.eventually { unleash.requests.count == 1 })
        #expect(
            unleash.requests[0].hasPrefix(
                "POST /api/admin/projects/default/features/new-checkout/environments/production/off HTTP/1.1"
            )
        )
        #expect(unleash.requests[0].contains("Authorization: t0ken"))
        #expect(try await server.call(.POST, "/v1/alerts/alertmanager", body: Self.alert("resolved")).status == 200)
        #expect(await RunningServer.eventually { unleash.requests.count == 2 })
        #expect(unleash.requests[1].contains("/environments/production/on HTTP/1.1"))
        #expect(server.stop() == 0)
    }

    @Test("capture a flame graph of a program when an objective fails, and link it to the evaluation")
    func profile() async throws {
        let folder = try TemporaryFolder()
        // perf is not everywhere: what it prints is played, what is drawn of it is real.
        let perf = """
            #!/bin/sh
            [ "$1" = record ] && exit 0
            printf 'carts 1 1.0: 1 cpu-clock:\\n\\t55 inner+0x1 (x)\\n\\t44 main+0x2 (x)\\n\\n%.0s' 1 2 3
            printf 'carts 1 1.0: 1 cpu-clock:\\n\\t66 other<int>+0x1 (x)\\n\\t44 main+0x2 (x)\\n\\n'
            """
        for (name, text) in [("perf", perf), ("pgrep", "#!/bin/sh\necho 1\n")] {
            let file = try folder.write("bin/" + name, text)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        }
        let script = Repository.root.appending(path: "workflows/profile-capture/capture.sh").path
        let server = try await remediate(
            "profile-capture",
            folder,
            replacing: [
                "/usr/local/lib/tidegate/capture.sh": script, "/var/lib/tidegate/profiles": folder.path + "/profiles",
                "        arguments:": "        passes: [PATH]\n        arguments:",
                "            - name: deployment\n              timeout: 15m\n": "",
                "              triggeredAfter: 5m\n": "",
                "http://prometheus.monitoring.example:9090": "http://127.0.0.1:1",
            ],
            adding: [
                "sli.yaml": "indicators: {error_rate: up}\n",
                "slo.yaml": "objectives: [{sli: error_rate, pass: [{criteria: ['<1']}]}]\ntotal_score: {pass: 90%}\n",
            ],
            environment: ["PATH": folder.path + "/bin:/usr/bin:/bin"],
            settings: "  commands: [\(script)]\n  variables: [PATH]"
        )
        let body = #"{"project":"shop","stage":"production","service":"carts","sequence":"delivery"}"#
        let context = try await server.call(.POST, "/v1/sequences", body: body).object["context"] as? String ?? ""
        var finished: [String: Any] = [:]
        #expect(
            try await RunningServer.eventually {
                let page = try await server.call(
                    .GET,
                    "/v1/events?context=\(context)&type=sh.keptn.event.profile.finished"
                )
                finished = page.items.first?["event"] as? [String: Any] ?? [:]
                return !finished.isEmpty
            }
        )
        let data = finished["data"] as? [String: Any]
        #expect(data?["message"] as? String == "profiled carts for 30 s", "\(finished)")
        let links = (data?["profile"] as? [String: Any])?["links"] as? [[String: Any]]
        let path = (links?.first?["url"] as? String)?.replacing("file://", with: "") ?? ""
        let picture = try String(contentsOfFile: path, encoding: .utf8)
        #expect(picture.contains("<title>main (100.0 %)</title>"))
        #expect(picture.contains("<title>inner (75.0 %)</title>"))
        #expect(picture.contains("<title>other&lt;int&gt; (25.0 %)</title>"))
        let evaluation = try await server.call(.GET, "/v1/evaluations").items.first
        #expect(evaluation?["result"] as? String == "fail")
        let id = evaluation?["id"] as? String ?? ""
        let linked = try await server.call(.GET, "/v1/evaluations/\(id)/links").items
        #expect(linked.map { $0["url"] as? String } == ["file://" + path])
        #expect(linked.map { $0["title"] as? String } == ["flame graph"])
        #expect(linked.map { $0["task"] as? String } == ["profile"])
        #expect(linked.map { $0["event"] as? String } == [finished["id"] as? String])
        #expect(try await server.call(.GET, "/v1/evaluations/none/links").status == 404)
        #expect(server.stop() == 0)
    }
}
