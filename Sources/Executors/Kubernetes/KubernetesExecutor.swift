import Events
import Foundation
import Outbound
import Workflows

/// Changes something in a cluster, and waits until that is rolled out.
///
/// What is changed is marked with the task's id: where the mark is there already, the change was made before the server
/// died, and is not made twice.
struct KubernetesExecutor: Sendable {
    let environment: [String: String]

    func callAsFunction(_ work: KubernetesWork, _ event: Event, allow: Allow, timeout: Duration) async -> ActionResult {
        do {
            let access =
                try work.kubeconfig.map { try ClusterAccess(kubeconfig: $0, context: work.context) }
                ?? ClusterAccess(environment: environment)
            guard allow.prefix(for: access.server + "/") != nil else {
                return .failed("the project does not allow \(access.server)/: add it to `allow.urls` of project.yaml")
            }
            let api = KubernetesAPI(access)
            let result = await withDeadline(timeout) { await run(work, event, api) }
            await api.shutdown()
            return result
        } catch let error as ClusterAccess.Unusable {
            return .failed(error.message)
        } catch {
            return .failed("\(error)")
        }
    }

    private func withDeadline(_ timeout: Duration, _ body: @Sendable @escaping () async -> ActionResult) async
        -> ActionResult
    {
        await withTaskGroup(of: ActionResult?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            // What was under way says how far it was.
            let second = await group.next() ?? nil
            guard let result = first else {
                return .failed(
                    "it was not rolled out within \(timeout.text)\(second.map { ": \($0.outcome.message)" } ?? "")"
                )
            }
            return result
        }
    }

    private func run(_ work: KubernetesWork, _ event: Event, _ api: KubernetesAPI) async -> ActionResult {
        do {
            let target = try KubernetesTarget(work, event)
            let change = KubernetesChange(api: api, work: work, event: event, target: target)
            let done = try await change.make()
            guard work.waits, let kind = done.kind else { return .passed(done.message, data: done.data) }
            switch try await KubernetesWatch(api: api, kind: kind, target: target).callAsFunction() {
            case .complete(let text): return .passed("\(done.message); \(text)", data: done.data)
            case .failed(let text): return ActionResult(.succeeded, .fail, "\(done.message); \(text)", data: done.data)
            case .going(let text): return .failed("\(done.message); \(text)")
            }
        } catch let fault as KubernetesAPI.Fault {
            return .failed("Kubernetes: \(fault.message)")
        } catch let missing as Template.Missing {
            return .failed(missing.description)
        } catch let failed as KubernetesChange.Impossible {
            return .failed(failed.message)
        } catch {
            return .failed("it was ended")
        }
    }
}

/// What a piece of work is about, with the event's values put in.
struct KubernetesTarget: Sendable {
    let namespace: String
    let name: String
    let values: JSON

    init(_ work: KubernetesWork, _ event: Event) throws(Template.Missing) {
        values = JSON(templatedEvent: event)
        namespace = try work.namespace.render(values)
        name = try work.name?.render(values) ?? event.lane?.service ?? ""
    }

    func path(_ kind: KubernetesKind) -> String {
        "\(kind.group)/namespaces/\(namespace.percentEncoded)/\(kind.plural)/\(name.percentEncoded)"
    }
}

/// The kinds that are rolled out.
enum KubernetesKind: Sendable {
    case deployment, rollout

    var group: String { self == .deployment ? "/apis/apps/v1" : "/apis/argoproj.io/v1alpha1" }
    var plural: String { self == .deployment ? "deployments" : "rollouts" }
    /// The annotation by which replica sets are numbered.
    var revision: String { self == .deployment ? "deployment.kubernetes.io/revision" : "rollout.argoproj.io/revision" }

    func state(of object: JSON) -> Rollout { self == .deployment ? .ofDeployment(object) : .ofRollout(object) }
}
