import Documents

extension Executor {
    /// The keys of an executor in a project file.
    public enum Fields {
        public static let name = Field("name", "text", is: .required, "What events call it.")
        public static let tasks = Field("tasks", "a list of names", is: .required, "The tasks that it carries out.")
        public static let actions = Field(
            "actions",
            "a list of kinds",
            default: "every kind",
            "Of the task `action`, only those whose `action` is one of these."
        )
        public static let filter = Field("filter", "a mapping", default: "everywhere", "`stages` and `services`.")
        public static let timeout = Field("timeout", "a duration such as `10m`", default: "`10m`", "For one attempt.")
        public static let retries = Field(
            "retries",
            "a whole number from 0 to 10",
            default: "0",
            "How often it is tried again after it failed."
        )
        public static let command = Field("command", "a mapping", "Runs a program.")
        public static let git = Field("git", "a mapping", "Writes values into a file of a repository.")
        public static let kubernetes = Field("kubernetes", "a mapping", "Asks a cluster for something.")
        public static let all = [name, tasks, actions, filter, timeout, retries, command, git, kubernetes]
    }

    /// The keys of `filter`.
    public enum FilterFields {
        public static let stages = Field("stages", "a list of names", default: "every stage", "Only in these.")
        public static let services = Field("services", "a list of names", default: "every service", "Only for these.")
        public static let all = [stages, services]
    }

    /// The keys of `command`.
    public enum CommandFields {
        public static let program = Field(
            "program",
            "a whole path",
            is: .required,
            "What is run; `allow` and the server file have to list it."
        )
        public static let arguments = Field(
            "arguments",
            "a list, with templates",
            "Handed to it one by one; no shell reads them."
        )
        public static let folder = Field("folder", "a path", default: "an empty one", "Where it runs.")
        public static let environment = Field("environment", "a mapping, with templates", "Variables that it gets.")
        public static let passes = Field(
            "passes",
            "a list of names",
            "Variables of the server's environment that it gets."
        )
        public static let cpuSeconds = Field("cpuSeconds", "a whole number", "Processor time that it may use.")
        public static let memory = Field("memory", "a size such as `512MiB`", "Address space that it may use.")
        public static let all = [program, arguments, folder, environment, passes, cpuSeconds, memory]
    }

    /// The keys of `git`.
    public enum GitFields {
        public static let repository = Field(
            "repository",
            "a URL or a path",
            is: .required,
            "What is cloned and pushed to."
        )
        public static let branch = Field("branch", "a name", default: "`main`", "The branch.")
        public static let file = Field("file", "a path, with templates", is: .required, "The YAML file.")
        public static let set = Field(
            "set",
            "a mapping of paths to text, with templates",
            is: .required,
            "What is to stand where: `{image.tag: \"{{.data.image}}\"}`."
        )
        public static let author = Field(
            "author",
            "`NAME <ADDRESS>`",
            default: "`tidegate <tidegate@localhost>`",
            "Who commits."
        )
        public static let message = Field(
            "message",
            "text, with templates",
            default: "names the verdict",
            "The commit's first line."
        )
        public static let keyFile = Field("keyFile", "a path", "A private key for ssh.")
        public static let credentialsFile = Field("credentialsFile", "a path", "A file of git's credential store.")
        public static let all = [repository, branch, file, set, author, message, keyFile, credentialsFile]
    }

    /// The keys of `kubernetes`.
    public enum KubernetesFields {
        public static let operation = Field(
            "operation",
            "`apply`, `image`, `scale`, `restart`, `undo`, `promote`, `abort` or `rollout-undo`",
            is: .required,
            "What is done; the last three are Argo Rollouts'."
        )
        public static let kubeconfig = Field(
            "kubeconfig",
            "a path",
            default: "the cluster it runs in",
            "How the API is reached."
        )
        public static let context = Field("context", "a name", default: "the current one", "Which of its contexts.")
        public static let namespace = Field("namespace", "a name, with templates", default: "`default`", "Where.")
        public static let name = Field(
            "name",
            "a name, with templates",
            default: "the service",
            "The deployment or the rollout."
        )
        public static let container = Field(
            "container",
            "a name, with templates",
            default: "the service",
            "For `image`."
        )
        public static let image = Field("image", "text, with templates", "For `image`.")
        public static let replicas = Field("replicas", "a number, `+N` or `-N`, with templates", "For `scale`.")
        public static let manifest = Field("manifest", "YAML, with templates", "For `apply`.")
        public static let wait = Field(
            "wait",
            "true or false",
            default: "true",
            "Whether it ends when the rollout is complete."
        )
        public static let all = [
            operation, kubeconfig, context, namespace, name, container, image, replicas, manifest, wait,
        ]
    }
}
