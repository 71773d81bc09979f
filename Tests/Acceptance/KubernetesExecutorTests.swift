import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("A change in a cluster")
struct KubernetesExecutorTests {
    private func acting(_ cluster: PlayedCluster, _ work: String, timeout: String = "60s", allow: Bool = true)
        async throws -> ActingServer
    {
        let folder = try TemporaryFolder()
        let kubeconfig = try folder.write("kubeconfig", cluster.kubeconfig)
        return try await ActingServer(
            folder: folder,
            tasks: ["deployment"],
            spec: """
                  executors:
                    - name: cluster
                      tasks: [deployment]
                      timeout: \(timeout)
                      kubernetes: {kubeconfig: \(kubeconfig), namespace: shop, \(work)}
                  allow: {urls: [\(allow ? "'http://127.0.0.1:\(cluster.port)/'" : "")]}
                """
        )
    }

    private func message(_ context: String, _ acting: ActingServer) async throws -> String {
        let event = try await acting.events(context, "sh.keptn.event.deployment.finished").first
        return (event?["data"] as? [String: Any])?["message"] as? String ?? ""
    }

    @Test("sets an image and waits until it is rolled out, through conflicts, throttling, and watches that forget")
    func image() async throws {
        let cluster = try await PlayedCluster(faults: ["409", "429", "503", "gone"], steps: 2)
        let acting = try await acting(cluster, "operation: image, image: '{{.data.image}}'")
        let context = try await acting.trigger(data: ["image": "carts:2"])
        #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        #expect(cluster.image == "carts:2")
        #expect(try await message(context, acting) == "carts has the image carts:2; 2 of 2 are available")
        #expect(cluster.requests.count { $0.hasPrefix("PATCH") } == 4)
        #expect(
            cluster.requests.count { $0 == "GET /apis/apps/v1/namespaces/shop/deployments" } >= 3,
            "it watches again"
        )
        #expect(acting.server.stop() == 0)
    }

    @Test("adds replicas once, though the server is killed after it has")
    func scale() async throws {
        let cluster = try await PlayedCluster(steps: 20)
        let acting = try await acting(cluster, "operation: scale, replicas: '+20'")
        let context = try await acting.trigger()
        #expect(await RunningServer.eventually { cluster.replicas == 22 })
        acting.server.kill()
        try await acting.server.start()
        #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        #expect(cluster.replicas == 22, "not 42")
        #expect(cluster.requests.count { $0.hasPrefix("PATCH") } == 1)
        #expect(acting.server.stop() == 0)
    }

    @Test("goes back to the revision before, of its own replica sets")
    func undo() async throws {
        let cluster = try await PlayedCluster()
        let acting = try await acting(cluster, "operation: undo")
        let context = try await acting.trigger()
        #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        #expect(cluster.image == "carts:1")
        #expect(try await message(context, acting).hasPrefix("carts is rolled back to revision 1; "))
        #expect(acting.server.stop() == 0)
    }

    /// A rollout of Argo: what was patched, and how it stands.
    private final class PlayedRollout: Sendable {
        let patches = Mutex<[String]>([])
        let isHealthy = Mutex(false)

        func answer(_ request: String) -> ScriptedServer.Answer {
            let words = request.split(separator: " ", maxSplits: 2).map(String.init)
            let path = words[1].replacing("/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/carts", with: "")
            if words[0] == "PATCH" {
                let body = request.components(separatedBy: "\r\n\r\n").last ?? ""
                patches.withLock { $0.append("\(path) \(body)") }
            }
            if path.contains("/replicasets") {
                return .http(
                    "200 OK",
                    """
                    {"items": [\(Self.set(1)), \(Self.set(2))]}
                    """
                )
            }
            if path.contains("watch=true") { return .bytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n") }
            let mark = patches.withLock { patches in
                patches.compactMap { $0.firstMatch(of: /"tidegate.dev\/task":"([^"]*)"/)?.1 }.last
            }
            let annotations = mark.map { #"{"tidegate.dev/task": "\#($0)"}"# } ?? "{}"
            let phase = isHealthy.withLock { $0 } ? "Healthy" : "Paused"
            return .http(
                "200 OK",
                """
                {"metadata": {"name": "carts", "uid": "u", "generation": 1, "resourceVersion": "1",
                  "annotations": \(annotations)}, "status": {"observedGeneration": "1", "phase": "\(phase)"}}
                """
            )
        }

        private static func set(_ revision: Int) -> String {
            """
            {"metadata": {"annotations": {"rollout.argoproj.io/revision": "\(revision)"}, "ownerReferences": [{"uid": "u"}]},
             "spec": {"template": {"metadata": {"labels": {"rollouts-pod-template-hash": "x"}}, "version": \(revision)}}}
            """
        }
    }

    private func acting(_ rollout: PlayedRollout, _ work: String) async throws -> (ActingServer, ScriptedServer) {
        let server = try await ScriptedServer { _, request in rollout.answer(request) }
        let folder = try TemporaryFolder()
        let kubeconfig = try folder.write(
            "kubeconfig",
            """
            {apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: k}}],
             clusters: [{name: k, cluster: {server: "http://127.0.0.1:\(server.port)"}}]}
            """
        )
        let acting = try await ActingServer(
            folder: folder,
            tasks: ["deployment"],
            spec: """
                  executors:
                    - name: cluster
                      tasks: [deployment]
                      kubernetes: {kubeconfig: \(kubeconfig), namespace: shop, operation: \(work)}
                  allow: {urls: ['http://127.0.0.1:\(server.port)/']}
                """
        )
        return (acting, server)
    }

    @Test("promotes a rollout of Argo, by one step only, though the server is killed after it has")
    func promote() async throws {
        let rollout = PlayedRollout()
        let (acting, server) = try await acting(rollout, "promote")
        let context = try await acting.trigger()
        #expect(await RunningServer.eventually { rollout.patches.withLock(\.count) == 3 })
        acting.server.kill()
        try await acting.server.start()
        rollout.isHealthy.withLock { $0 = true }
        #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        #expect(try await message(context, acting) == "carts is promoted; it is healthy")
        let patches = rollout.patches.withLock { $0 }
        #expect(patches.prefix(2) == [#" {"spec":{"paused":false}}"#, #"/status {"status":{"pauseConditions":null}}"#])
        #expect(patches.count == 3)
        #expect(server.requests.count >= 5)
        #expect(acting.server.stop() == 0)
    }

    @Test("aborts a rollout of Argo, and takes it back to the revision before")
    func abortAndUndo() async throws {
        let rollout = PlayedRollout()
        let (aborting, _) = try await acting(rollout, "abort")
        let context = try await aborting.trigger()
        #expect(try await aborting.end(of: context)["state"] as? String == "succeeded")
        #expect(try await message(context, aborting) == "carts is aborted")
        #expect(rollout.patches.withLock { $0.last } == #"/status {"status":{"abort":true}}"#)
        #expect(aborting.server.stop() == 0)
        rollout.isHealthy.withLock { $0 = true }
        let (undoing, _) = try await acting(rollout, "rollout-undo")
        let second = try await undoing.trigger()
        #expect(try await undoing.end(of: second)["state"] as? String == "succeeded")
        #expect(try await message(second, undoing) == "carts is rolled back to revision 1; it is healthy")
        let last = rollout.patches.withLock { $0.last } ?? ""
        #expect(last.contains(#""path":"/spec/template","value":{"metadata":{"labels":{}},"version":1}"#))
        #expect(undoing.server.stop() == 0)
    }

    @Test("that does not come to its end fails, with the reason of the cluster")
    func stuck() async throws {
        let cluster = try await PlayedCluster(isStuck: true)
        let acting = try await acting(cluster, "operation: restart")
        let context = try await acting.trigger()
        #expect(try await acting.end(of: context)["state"] as? String == "failed")
        #expect(try await message(context, acting) == "carts is restarted; it exceeded its progress deadline: as it is")
        #expect(acting.server.stop() == 0)
    }

    @Test("that takes longer than it may is ended")
    func slow() async throws {
        let cluster = try await PlayedCluster(steps: 1_000_000)
        let acting = try await acting(cluster, "operation: scale, replicas: '1000'", timeout: "1s")
        let context = try await acting.trigger()
        #expect(try await acting.end(of: context)["state"] as? String == "errored")
        #expect(try await message(context, acting).hasPrefix("it was not rolled out within 1s"))
        #expect(acting.server.stop() == 0)
    }

    @Test("applies a manifest by the cluster's own field management")
    func apply() async throws {
        let cluster = try await PlayedCluster()
        let manifest = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {stage: '{{.data.stage}}'}}"
        let acting = try await acting(cluster, "operation: apply, manifest: \"\(manifest)\"")
        let context = try await acting.trigger()
        #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        #expect(cluster.requests.contains("PATCH /api/v1/namespaces/shop/configmaps/settings"))
        #expect(acting.server.stop() == 0)
    }

    @Test("is not made where the project does not allow the cluster, or the cluster says no")
    func refused() async throws {
        let cluster = try await PlayedCluster()
        let closed = try await acting(cluster, "operation: restart", allow: false)
        let context = try await closed.trigger()
        _ = try await closed.end(of: context)
        #expect(
            try await message(context, closed).hasPrefix("the project does not allow http://127.0.0.1:\(cluster.port)/")
        )
        #expect(cluster.requests.isEmpty)
        #expect(closed.server.stop() == 0)
        let other = try await acting(cluster, "operation: restart, name: nothing")
        let second = try await other.trigger()
        _ = try await other.end(of: second)
        #expect(try await message(second, other) == "Kubernetes: deployments.apps \"nothing\" not found")
        #expect(other.server.stop() == 0)
    }
}
