import Events

/// How far a rollout is, told from the object as it stands.
enum Rollout: Equatable {
    case complete(String)
    case going(String)
    case failed(String)

    /// As `kubectl rollout status` tells it of a deployment.
    ///
    /// <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status>
    static func ofDeployment(_ object: JSON) -> Rollout {
        let status = object["status"] ?? .emptyObject
        let generation = object["metadata"]?["generation"]?.integer ?? 0
        guard generation <= status["observedGeneration"]?.integer ?? 0 else {
            return .going("it was not looked at yet")
        }
        for condition in status["conditions"]?.array ?? [] where condition["type"] == "Progressing" {
            if condition["reason"] == "ProgressDeadlineExceeded" {
                return .failed("it exceeded its progress deadline: \(condition["message"]?.text ?? "")")
            }
        }
        let wanted = object["spec"]?["replicas"]?.integer ?? 1
        let (all, updated) = (status["replicas"]?.integer ?? 0, status["updatedReplicas"]?.integer ?? 0)
        let available = status["availableReplicas"]?.integer ?? 0
        if updated < wanted { return .going("\(updated) of \(wanted) are new") }
        if all > updated { return .going("\(all - updated) old ones are left") }
        if available < updated { return .going("\(available) of \(updated) are available") }
        return .complete("\(available) of \(wanted) are available")
    }

    /// As Argo Rollouts tells it: `status.phase`.
    ///
    /// <https://argo-rollouts.readthedocs.io/en/stable/features/kubectl-plugin/>
    static func ofRollout(_ object: JSON) -> Rollout {
        let status = object["status"] ?? .emptyObject
        let generation = object["metadata"]?["generation"]?.integer ?? 0
        // It is text there.
        let observed =
            status["observedGeneration"]?.text.flatMap { Int($0) } ?? status["observedGeneration"]?.integer ?? 0
        guard generation <= observed else { return .going("it was not looked at yet") }
        let message = status["message"]?.text ?? ""
        return switch status["phase"]?.text {
        case "Healthy": .complete("it is healthy")
        case "Degraded": .failed("it is degraded: \(message)")
        case let phase: .going("\(phase ?? "unknown") \(message)")
        }
    }
}
