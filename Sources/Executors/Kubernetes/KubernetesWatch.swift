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
        var place = Place(try await api.get(target.path(kind)))
        while true {
            let state = kind.state(of: place.object)
            guard case .going = state else { return state }
            let before = place.version
            do {
                try await follow(&place)
                // The API ends a watch now and then. One that does so without a word is asked by other means, after a pause.
                guard place.version == before else { continue }
                try await Task.sleep(for: Self.pause)
                place = Place(try await api.get(target.path(kind)))
            } catch let fault as KubernetesAPI.Fault where [0, 410, 429].contains(fault.status) || fault.status >= 500 {
                try await Task.sleep(for: fault.retryAfter ?? Self.pause)
                place = Place(try await api.get(target.path(kind)))
            }
        }
    }

    /// How far the object was followed.
    private struct Place {
        var object: JSON
        /// From where on a watch goes on: that of the object, or of a bookmark after it.
        var version: String

        init(_ object: JSON) {
            self.object = object
            version = object["metadata"]?["resourceVersion"]?.text ?? ""
        }
    }

    /// Follows the object until its rollout has come to an end, or as far as the API lets it.
    private func follow(_ place: inout Place) async throws {
        let list = "\(kind.group)/namespaces/\(target.namespace.percentEncoded)/\(kind.plural)"
        let query = "watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3D\(target.name.percentEncoded)"
        try await api.watch("\(list)?\(query)&resourceVersion=\(place.version.percentEncoded)") { event in
            let found = event["object"] ?? .null
            switch event["type"]?.text {
            case "ERROR":
                throw KubernetesAPI.Fault(
                    status: found["code"]?.integer ?? 0,
                    message: found["message"]?.text ?? "the watch has failed"
                )
            case "DELETED": throw KubernetesAPI.Fault(status: 404, message: "\(target.name) was deleted meanwhile")
            case "BOOKMARK": place.version = found["metadata"]?["resourceVersion"]?.text ?? place.version
            default: place = Place(found)
            }
            if case .going = kind.state(of: place.object) { return false }
            return true
        }
    }
}
