import Documents
import Events
import Foundation
import Workflows

/// Makes the change that is asked for, once.
struct KubernetesChange: Sendable {
    struct Impossible: Error {
        let message: String
    }

    struct Done: Sendable {
        let message: String
        /// What has to be rolled out; nil where nothing has.
        let kind: KubernetesKind?
        var data: JSON = .emptyObject
    }

    /// The mark of the task that has changed an object last.
    static let mark = "tidegate.dev/task"
    static let fieldManager = "tidegate"

    let api: KubernetesAPI
    let work: KubernetesWork
    let event: Event
    let target: KubernetesTarget

    func make() async throws -> Done {
        switch work.operation {
        case .apply: try await apply()
        case .image: try await image()
        case .scale: try await scale()
        case .restart: try await restart()
        case .undo: try await undo(.deployment)
        case .rolloutUndo: try await undo(.rollout)
        case .promote: try await promote()
        case .abort: try await abort()
        }
    }

    private var marked: JSON { ["annotations": [Self.mark: .text(event.id)]] }

    private func isMade(_ object: JSON) -> Bool { object["metadata"]?["annotations"]?[Self.mark] == .text(event.id) }

    private func rendered(_ template: Template?) throws -> String {
        guard let template else { throw Impossible(message: "`\(work.operation.rawValue)` lacks a value") }
        return try template.render(target.values)
    }

    // MARK: Deployments

    private func image() async throws -> Done {
        let image = try rendered(work.image)
        let container = try work.container?.render(target.values) ?? target.name
        let containers: JSON = [["name": .text(container), "image": .text(image)]]
        let patch: JSON = ["metadata": marked, "spec": ["template": ["spec": ["containers": containers]]]]
        _ = try await api.patch(target.path(.deployment), .strategic, patch)
        return Done(message: "\(target.name) has the image \(image)", kind: .deployment, data: ["image": .text(image)])
    }

    /// An absolute number, or one more or less: that is worked out once, and marked.
    private func scale() async throws -> Done {
        let text = try rendered(work.replicas)
        let object = try await api.get(target.path(.deployment))
        let current = object["spec"]?["replicas"]?.integer ?? 1
        guard !isMade(object) else { return Done(message: "\(target.name) has \(current) replicas", kind: .deployment) }
        guard let number = Int(text) else { throw Impossible(message: "`\(text)` is no number of replicas") }
        let wanted = text.hasPrefix("+") || text.hasPrefix("-") ? max(0, current + number) : number
        // Where somebody else has written since it was read, the number would rest on what is not there any more.
        var metadata = marked
        metadata["resourceVersion"] = object["metadata"]?["resourceVersion"]
        do {
            let patch: JSON = ["metadata": metadata, "spec": ["replicas": .number(Double(wanted))]]
            _ = try await api.patch(target.path(.deployment), .merge, patch)
        } catch let fault as KubernetesAPI.Fault where fault.status == 409 {
            return try await scale()
        }
        return Done(
            message: "\(target.name) has \(wanted) replicas, had \(current)",
            kind: .deployment,
            data: ["replicas": .number(Double(wanted)), "before": .number(Double(current))]
        )
    }

    private func restart() async throws -> Done {
        let object = try await api.get(target.path(.deployment))
        guard !isMade(object) else { return Done(message: "\(target.name) is restarted", kind: .deployment) }
        let annotations: JSON = ["kubectl.kubernetes.io/restartedAt": .text(event.time.description)]
        let patch: JSON = ["metadata": marked, "spec": ["template": ["metadata": ["annotations": annotations]]]]
        _ = try await api.patch(target.path(.deployment), .strategic, patch)
        return Done(message: "\(target.name) is restarted", kind: .deployment)
    }

    /// The template of the replica set before the newest, as `kubectl rollout undo` finds it.
    private func undo(_ kind: KubernetesKind) async throws -> Done {
        let object = try await api.get(target.path(kind))
        guard !isMade(object) else { return Done(message: "\(target.name) is rolled back", kind: kind) }
        let sets = try await api.get(
            "/apis/apps/v1/namespaces/\(target.namespace.percentEncoded)/replicasets\(selector(object))"
        )
        let uid = object["metadata"]?["uid"]?.text ?? ""
        let revisions = (sets["items"]?.array ?? []).filter { set in
            (set["metadata"]?["ownerReferences"]?.array ?? []).contains { $0["uid"] == .text(uid) }
        }.compactMap { set in
            (set["metadata"]?["annotations"]?[kind.revision]?.text.flatMap { Int($0) }).map { (number: $0, set: set) }
        }.sorted { $0.number > $1.number }
        guard revisions.count > 1, var template = revisions[1].set["spec"]?["template"] else {
            throw Impossible(message: "\(target.name) has no earlier revision to go back to")
        }
        if var labels = template["metadata"]?["labels"] {
            for name in ["pod-template-hash", "rollouts-pod-template-hash"] { labels[name] = nil }
            var metadata = template["metadata"] ?? .emptyObject
            metadata["labels"] = labels
            template["metadata"] = metadata
        }
        let hasAnnotations = object["metadata"]?["annotations"]?.object != nil
        var patch: [JSON] =
            hasAnnotations ? [] : [["op": "add", "path": "/metadata/annotations", "value": .emptyObject]]
        patch += [
            ["op": "replace", "path": "/spec/template", "value": template],
            ["op": "add", "path": "/metadata/annotations/tidegate.dev~1task", "value": .text(event.id)],
        ]
        _ = try await api.patch(target.path(kind), .json, .array(patch))
        return Done(
            message: "\(target.name) is rolled back to revision \(revisions[1].number)",
            kind: kind,
            data: ["revision": .number(Double(revisions[1].number))]
        )
    }

    private func selector(_ object: JSON) -> String {
        let labels = (object["spec"]?["selector"]?["matchLabels"]?.object ?? [:]).sorted { $0.key < $1.key }
        guard !labels.isEmpty else { return "" }
        let text = labels.map { "\($0.key)=\($0.value.text ?? "")" }.joined(separator: ",")
        return "?labelSelector=\(text.percentEncoded)"
    }

    // MARK: Anything

    /// Server-side apply. <https://kubernetes.io/docs/reference/using-api/server-side-apply/>
    private func apply() async throws -> Done {
        let log = DiagnosticLog(file: "manifest")
        guard let node = YAML.read(try rendered(work.manifest), log: log) else {
            throw Impossible(message: log.diagnostics.first?.description ?? "the manifest can't be read")
        }
        var object = JSON(yaml: node)
        guard let version = object["apiVersion"]?.text, let kind = object["kind"]?.text,
            let name = object["metadata"]?["name"]?.text
        else { throw Impossible(message: "the manifest lacks `apiVersion`, `kind` or `metadata.name`") }
        object["metadata"] = (object["metadata"] ?? .emptyObject).merged(with: marked)
        let group = version.contains("/") ? "/apis/\(version)" : "/api/\(version)"
        let known = try await api.get(group)["resources"]?.array ?? []
        guard
            let resource = known.first(where: { $0["kind"] == .text(kind) && $0["name"]?.text?.contains("/") == false }
            ),
            let plural = resource["name"]?.text
        else { throw Impossible(message: "the cluster knows no `\(kind)` of \(version)") }
        let namespace = object["metadata"]?["namespace"]?.text ?? target.namespace
        let place = resource["namespaced"] == true ? "/namespaces/\(namespace.percentEncoded)" : ""
        let path = "\(group)\(place)/\(plural)/\(name.percentEncoded)?fieldManager=\(Self.fieldManager)&force=true"
        _ = try await api.patch(path, .apply, object)
        return Done(message: "\(kind) \(name) is applied", kind: nil)
    }

    // MARK: Argo Rollouts

    /// Lets a paused rollout go on, as `kubectl argo rollouts promote` does.
    private func promote() async throws -> Done {
        let path = target.path(.rollout)
        let done = Done(message: "\(target.name) is promoted", kind: .rollout)
        // A second time would pass the next pause, which nobody asked for.
        guard try await !isMade(api.get(path)) else { return done }
        _ = try await api.patch(path, .merge, ["spec": ["paused": false]])
        _ = try await api.patch(path + "/status", .merge, ["status": ["pauseConditions": .null]])
        _ = try await api.patch(path, .merge, ["metadata": marked])
        return done
    }

    /// Sends what is new back, as `kubectl argo rollouts abort` does.
    private func abort() async throws -> Done {
        let path = target.path(.rollout)
        _ = try await api.patch(path, .merge, ["metadata": marked])
        _ = try await api.patch(path + "/status", .merge, ["status": ["abort": true]])
        return Done(message: "\(target.name) is aborted", kind: nil)
    }
}
