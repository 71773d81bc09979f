import Documents
import Events

extension Executor {
    static func decode(_ node: Node, log: DiagnosticLog) -> Executor? {
        guard let reader = MappingReader(node, as: "an executor", fields: Fields.all, log: log) else { return nil }
        let filter = reader[Fields.filter].flatMap {
            MappingReader($0, as: "`filter`", fields: FilterFields.all, log: log)
        }
        let works = [
            reader[Fields.command].flatMap { CommandWork.decode($0, log: log) }.map(Work.command),
            reader[Fields.git].flatMap { GitWork.decode($0, log: log) }.map(Work.git),
            reader[Fields.kubernetes].flatMap { KubernetesWork.decode($0, log: log) }.map(Work.kubernetes),
        ].compactMap(\.self)
        let given = [Fields.command, Fields.git, Fields.kubernetes].filter { reader[$0] != nil }
        if given.count != 1 {
            log.error(at: node.position, "an executor does one of `command`, `git` and `kubernetes`")
        }
        let tasks = reader.texts(Fields.tasks, log: log)
        for (task, position) in tasks where Sequencer.isBuiltIn(task) {
            log.error(at: position, "the task `\(task)` is built in; nobody else carries it out")
        }
        guard let name = reader.text(Fields.name), let work = works.first, given.count == 1 else { return nil }
        return Executor(
            name: name,
            tasks: tasks.map(\.text),
            actions: reader.texts(Fields.actions, log: log).map(\.text),
            stages: filter?.texts(FilterFields.stages, log: log).map(\.text) ?? [],
            services: filter?.texts(FilterFields.services, log: log).map(\.text) ?? [],
            timeout: reader.duration(Fields.timeout, log: log) ?? defaultTimeout,
            retries: reader.integer(Fields.retries, in: 0...10) ?? 0,
            work: work
        )
    }
}

extension CommandWork {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Executor.CommandFields
        guard let reader = MappingReader(node, as: "`command`", fields: Fields.all, log: log),
            let program = reader.text(Fields.program)
        else { return nil }
        if !program.hasPrefix("/"), let place = reader[Fields.program]?.position {
            log.error(
                at: place,
                "`program` must be a whole path such as `/usr/local/bin/deploy`, not `\(program.abbreviated)`"
            )
        }
        return Self(
            program: program,
            arguments: reader.templates(Fields.arguments, log: log),
            folder: reader.path(Fields.folder, log: log),
            environment: reader.namedTemplates(Fields.environment, log: log),
            passes: reader.texts(Fields.passes, log: log).map(\.text),
            cpuSeconds: reader.integer(Fields.cpuSeconds, in: 1...86_400),
            memory: reader.size(Fields.memory, log: log)
        )
    }
}

extension GitWork {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Executor.GitFields
        guard let reader = MappingReader(node, as: "`git`", fields: Fields.all, log: log),
            let repository = reader.text(Fields.repository), let file = reader.template(Fields.file, log: log)
        else { return nil }
        // What begins with a dash is an option to git, and `ext::` runs a program.
        if repository.hasPrefix("-") || repository.contains("::"), let place = reader[Fields.repository]?.position {
            log.error(at: place, "`repository` must be a URL or a path")
        }
        let branch = reader.text(Fields.branch) ?? "main"
        if branch.hasPrefix("-") || branch.isEmpty, let place = reader[Fields.branch]?.position {
            log.error(at: place, "`branch` must be the name of a branch")
        }
        return Self(
            repository: repository,
            branch: branch,
            file: file,
            set: reader.namedTemplates(Fields.set, log: log),
            author: reader.text(Fields.author) ?? "tidegate <tidegate@localhost>",
            message: reader.template(Fields.message, log: log),
            keyFile: reader.path(Fields.keyFile, log: log),
            credentialsFile: reader.path(Fields.credentialsFile, log: log)
        )
    }
}

extension KubernetesWork {
    fileprivate static func decode(_ node: Node, log: DiagnosticLog) -> Self? {
        typealias Fields = Executor.KubernetesFields
        guard let reader = MappingReader(node, as: "`kubernetes`", fields: Fields.all, log: log),
            let operation = reader.choice(Fields.operation, of: Operation.self)
        else { return nil }
        let needed: [Operation: Field] = [.apply: Fields.manifest, .image: Fields.image, .scale: Fields.replicas]
        if let field = needed[operation], reader[field] == nil {
            log.error(at: node.position, "`\(operation.rawValue)` needs `\(field.name)`: \(field.form)")
        }
        return Self(
            operation: operation,
            kubeconfig: reader.path(Fields.kubeconfig, log: log),
            context: reader.text(Fields.context),
            namespace: reader.template(Fields.namespace, log: log) ?? .default,
            name: reader.template(Fields.name, log: log),
            container: reader.template(Fields.container, log: log),
            image: reader.template(Fields.image, log: log),
            replicas: reader.template(Fields.replicas, log: log),
            manifest: reader.template(Fields.manifest, log: log),
            waits: reader.boolean(Fields.wait) ?? true
        )
    }
}

extension Template {
    /// The namespace that Kubernetes has by itself.
    fileprivate static let `default` = Template(fixed: "default")
}
