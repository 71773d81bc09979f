import Events

/// Who carries out which tasks: an entry of `executors` in a project file.
public struct Executor: Sendable, Equatable {
    /// How it is done.
    public enum Work: Sendable, Equatable {
        case command(CommandWork)
        case git(GitWork)
        case kubernetes(KubernetesWork)
    }

    public let name: String
    /// Names of tasks.
    public let tasks: [String]
    /// Of tasks called `action`, only those of these kinds; empty: of all.
    public let actions: [String]
    public let stages: [String]
    public let services: [String]
    /// For one attempt.
    public let timeout: Duration
    /// How often it is tried again after it failed.
    public let retries: Int
    public let work: Work

    public static let defaultTimeout = Duration.seconds(600)

    /// Whether it carries out a task.
    ///
    /// - Parameter event: The task's triggered event.
    /// - Returns: Whether its task, kind of action and lane are among those that it is for.
    public func carriesOut(_ event: Event) -> Bool {
        guard event.source == Sequencer.source, case .taskTriggered(let task) = EventKind(event.type),
            tasks.contains(task), let lane = event.lane
        else { return false }
        guard stages.isEmpty || stages.contains(lane.stage), services.isEmpty || services.contains(lane.service) else {
            return false
        }
        guard task == Sequencer.action, !actions.isEmpty else { return true }
        return (event.data[Sequencer.action]?["action"]?.text).map(actions.contains) ?? false
    }
}

/// A program that is run, with arguments, and never by a shell.
public struct CommandWork: Sendable, Equatable {
    /// Its whole path.
    public let program: String
    public let arguments: [Template]
    public let folder: String?
    public let environment: [String: Template]
    /// Variables of the server's environment that it gets, too.
    public let passes: [String]
    public let cpuSeconds: Int?
    public let memory: Int64?
}

/// A value that is written into a YAML file of a git repository.
public struct GitWork: Sendable, Equatable {
    public let repository: String
    public let branch: String
    public let file: Template
    /// Paths in the file, `spec.template.spec.containers.0.image`, and what is to stand there.
    public let set: [String: Template]
    public let author: String
    public let message: Template?
    /// A private key for ssh.
    public let keyFile: String?
    /// A file in the form of git's credential store.
    public let credentialsFile: String?
}

/// Something that is done by the Kubernetes API.
public struct KubernetesWork: Sendable, Equatable {
    public enum Operation: String, Sendable, CaseIterable {
        case apply, image, scale, restart, undo
        case promote, abort
        case rolloutUndo = "rollout-undo"
    }

    public let operation: Operation
    /// Nil: that of the cluster that the server runs in.
    public let kubeconfig: String?
    public let context: String?
    public let namespace: Template
    /// The deployment's or the rollout's name.
    public let name: Template?
    public let container: Template?
    public let image: Template?
    public let replicas: Template?
    public let manifest: Template?
    /// Whether it ends only when the rollout is complete.
    public let waits: Bool
}
