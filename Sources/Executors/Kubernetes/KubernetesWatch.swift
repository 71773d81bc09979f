import Events

/// Waits until a rollout has come to its end: follows the object, goes on where the connection breaks, and begins anew where
/// the API has forgotten where it was (410).
///
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes>
struct KubernetesWatch: Sendable {
    let api: KubernetesAPI
    let kind: KubernetesKind
    let target: KubernetesTarget

    private static let pause = Duration.milliseconds(200)

    func callAsFunction() async throws -> Rollout {
        var object = try await api.get(target.path(kind))
        while true {
            let state = kind.state(of: object)
            guard case .going = state else { return state }
            try Task.checkCancellation()
            do {
                object = try await next(object)
            } catch let fault as KubernetesAPI.Fault where [0, 410, 429].contains(fault.status) || fault.status >= 500 {
                try await Task.sleep(for: fault.retryAfter ?? Self.pause)
                object = try await api.get(target.path(kind))
            }
        }
    }

    /// The object as it stands once its rollout has come to an end, or as far as could be followed.
    private func next(_ object: JSON) async throws -> JSON {
        var latest = object
        var version = object["metadata"]?["resourceVersion"]?.text ?? ""
        let list = "\(kind.group)/namespaces/\(target.namespace.percentEncoded)/\(kind.plural)"
        let query = "watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3D\(target.name.percentEncoded)"
        try await api.watch("\(list)?\(query)&resourceVersion=\(version.percentEncoded)") { event in
            let found = event["object"] ?? .null
            switch event["type"]?.text {
            case "ERROR":
                throw KubernetesAPI.Fault(
                    status: found["code"]?.integer ?? 0,
                    message: found["message"]?.text ?? "the watch has failed"
                )
            case "DELETED": throw KubernetesAPI.Fault(status: 404, message: "\(target.name) was deleted meanwhile")
            case "BOOKMARK": version = found["metadata"]?["resourceVersion"]?.text ?? version
            default: latest = found
            }
            if case .going = kind.state(of: latest) { return false }
            return true
        }
        return latest
    }
}
