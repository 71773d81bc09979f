import Foundation
import Synchronization

/// A cluster's API as far as it is documented: a deployment that is rolled out in steps, with conflicts, throttling, watches
/// that break and forget where they were.
///
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/>
public final class PlayedCluster: Sendable {
    private struct State {
        var version = 100
        var generation = 1
        var observed = 1
        var replicas = 2
        var updated = 2
        var image = "carts:1"
        var annotations: [String: String] = [:]
        var template: [String: Any] = [:]
        var requests: [String] = []
        var faults: [String]
        var steps: Int
        var isStuck = false
    }

    private let server: ScriptedServer
    private let state: Mutex<State>
    public var port: Int { server.port }
    /// `METHOD PATH`, in their order.
    public var requests: [String] { state.withLock(\.requests) }
    public var image: String { state.withLock(\.image) }
    public var replicas: Int { state.withLock(\.replicas) }

    /// - Parameters:
    ///   - faults: Statuses that requests which change something are answered with at first, and `gone`, which ends a watch.
    ///   - steps: How many times it is looked at until a rollout is complete.
    ///   - isStuck: Whether a rollout exceeds its deadline.
    /// - Throws: Where no port can be had.
    public init(faults: [String] = [], steps: Int = 3, isStuck: Bool = false) async throws {
        let state = Mutex(State(faults: faults, steps: steps, isStuck: isStuck))
        let box = StateBox()
        server = try await ScriptedServer { _, request in box.answer(request) }
        self.state = state
        box.set { [weak self] request in self?.answer(request) ?? .http("503 Service Unavailable", "{}") }
    }

    private final class StateBox: Sendable {
        private let body = Mutex<(@Sendable (String) -> ScriptedServer.Answer)?>(nil)
        func set(_ body: @Sendable @escaping (String) -> ScriptedServer.Answer) { self.body.withLock { $0 = body } }
        func answer(_ request: String) -> ScriptedServer.Answer {
            body.withLock { $0 }?(request) ?? .http("503 Service Unavailable", "{}")
        }
    }

    /// What a kubeconfig for it says.
    public var kubeconfig: String {
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:\(port)"}}]
        users: [{name: u, user: {token: t0ken}}]
        """
    }

    private func answer(_ request: String) -> ScriptedServer.Answer {
        let line = request.split(separator: "\r\n").first.map(String.init) ?? ""
        let words = line.split(separator: " ").map(String.init)
        let (method, path) = (words[0], words[1])
        guard request.lowercased().contains("authorization: bearer t0ken") else {
            return .http("401 Unauthorized", #"{"message": "Unauthorized"}"#)
        }
        let body = request.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        return state.withLock { state in
            state.requests.append("\(method) \(path.split(separator: "?")[0])")
            if path.contains("watch=true") { return watch(&state) }
            if method == "PATCH" {
                if let fault = state.faults.first, let status = Int(fault) {
                    state.faults.removeFirst()
                    let headers = status == 429 ? ["Retry-After: 0"] : []
                    return .http("\(status) Fault", #"{"message": "fault \#(status)"}"#, headers: headers)
                }
                return patch(body, path, &state)
            }
            if path.hasSuffix("/deployments/carts") { return .http("200 OK", Self.text(Self.deployment(state))) }
            if path.contains("/replicasets") { return .http("200 OK", Self.text(Self.replicaSets)) }
            if path == "/api/v1" {
                return .http(
                    "200 OK",
                    #"{"resources": [{"name": "configmaps", "kind": "ConfigMap", "namespaced": true}]}"#
                )
            }
            return .http("404 Not Found", #"{"message": "deployments.apps \"nothing\" not found"}"#)
        }
    }

    private func patch(_ body: String, _ path: String, _ state: inout State) -> ScriptedServer.Answer {
        let json = try? JSONSerialization.jsonObject(with: Data(body.utf8))
        state.version += 1
        if let operations = json as? [[String: Any]] {
            for operation in operations {
                if operation["path"] as? String == "/spec/template" {
                    state.template = operation["value"] as? [String: Any] ?? [:]
                    let spec = state.template["spec"] as? [String: Any]
                    let containers = spec?["containers"] as? [[String: Any]]
                    state.image = containers?.first?["image"] as? String ?? ""
                    roll(&state)
                } else if (operation["path"] as? String)?.hasPrefix("/metadata/annotations/") == true {
                    state.annotations["tidegate.dev/task"] = operation["value"] as? String
                }
            }
        } else if let object = json as? [String: Any] {
            let metadata = object["metadata"] as? [String: Any] ?? [:]
            state.annotations.merge(metadata["annotations"] as? [String: String] ?? [:]) { $1 }
            let spec = object["spec"] as? [String: Any] ?? [:]
            if let replicas = spec["replicas"] as? Int {
                state.replicas = replicas
                roll(&state)
            }
            if let template = spec["template"] as? [String: Any] {
                let containers = (template["spec"] as? [String: Any])?["containers"] as? [[String: Any]]
                state.image = containers?.first?["image"] as? String ?? state.image
                roll(&state)
            }
        }
        return .http("200 OK", Self.text(Self.deployment(state)))
    }

    private func roll(_ state: inout State) {
        state.generation += 1
        state.updated = 0
    }

    /// Some events, and then the connection ends: sometimes with a bookmark, sometimes because what was asked for is gone.
    private func watch(_ state: inout State) -> ScriptedServer.Answer {
        var lines: [String] = []
        if state.faults.first == "gone" {
            state.faults.removeFirst()
            lines.append(
                #"{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}}"#
            )
        } else {
            state.version += 1
            lines.append(#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"\#(state.version)"}}}"#)
            state.observed = state.generation
            if !state.isStuck {
                state.updated = min(state.replicas, state.updated + max(1, state.replicas / state.steps))
            }
            lines.append(Self.text(["type": "MODIFIED", "object": Self.deployment(state)]))
        }
        return .bytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                + lines.joined(separator: "\n") + "\n"
        )
    }

    private static func deployment(_ state: State) -> [String: Any] {
        let reason =
            state.isStuck && state.generation > 1 && state.observed == state.generation
            ? "ProgressDeadlineExceeded" : "NewReplicaSetAvailable"
        return [
            "metadata": [
                "name": "carts", "uid": "u1", "resourceVersion": "\(state.version)", "generation": state.generation,
                "annotations": state.annotations,
            ],
            "spec": [
                "replicas": state.replicas, "selector": ["matchLabels": ["app": "carts"]],
                "template": ["spec": ["containers": [["name": "carts", "image": state.image]]]],
            ],
            "status": [
                "observedGeneration": state.observed, "replicas": state.replicas, "updatedReplicas": state.updated,
                "availableReplicas": state.updated,
                "conditions": [["type": "Progressing", "reason": reason, "message": "as it is"]],
            ],
        ]
    }

    private static var replicaSets: [String: Any] {
        [
            "items": [
                set("2", image: "carts:2", owner: "u1"), set("1", image: "carts:1", owner: "u1"),
                set("9", image: "other:9", owner: "u2"),
            ]
        ]
    }

    private static func set(_ revision: String, image: String, owner: String) -> [String: Any] {
        [
            "metadata": [
                "annotations": ["deployment.kubernetes.io/revision": revision], "ownerReferences": [["uid": owner]],
            ],
            "spec": [
                "template": [
                    "metadata": ["labels": ["app": "carts", "pod-template-hash": "x"]],
                    "spec": ["containers": [["name": "carts", "image": image]]],
                ]
            ],
        ]
    }

    private static func text(_ json: [String: Any]) -> String {
        String(decoding: (try? JSONSerialization.data(withJSONObject: json)) ?? Data(), as: UTF8.self)
    }
}
