import Events
import Journal
import Outbound
import Workflows

/// Carries out what is assigned to Tidegate itself.
public struct TaskExecutors: Sendable {
    private let journal: Journal
    private let evaluation: EvaluationTask
    private let command: CommandExecutor
    private let git: GitExecutor
    private let kubernetes: KubernetesExecutor
    private let webhook: WebhookExecutor

    private static let longestPause = Duration.seconds(30)

    /// - Parameters:
    ///   - journal: Where the documents are.
    ///   - programs: Those that the operator lets be run.
    ///   - variables: Environment variables that the operator lets projects set, or have passed on.
    ///   - secrets: Where secrets are.
    ///   - environment: Where providers' credentials may stand.
    public init(
        journal: Journal,
        programs: [String],
        variables: [String],
        secrets: Secrets,
        environment: [String: String]
    ) {
        self.journal = journal
        evaluation = EvaluationTask(journal: journal, environment: environment)
        command = CommandExecutor(programs: programs, variables: variables, environment: environment)
        git = GitExecutor(journal: journal, environment: environment)
        kubernetes = KubernetesExecutor(environment: environment)
        webhook = WebhookExecutor(secrets: secrets)
    }

    /// Does the work.
    ///
    /// - Parameter assignment: What is to be done.
    /// - Returns: The event that says what it came to, or that somebody else was told to do it.
    public func carryOut(_ assignment: Assignment) async -> Event {
        switch assignment.work {
        case .evaluation: return await evaluation(assignment)
        case .executor(let executor):
            return finished(assignment, await perform(executor, assignment.event))
        case .webhook(let hook):
            let client = GuardedClient(.allowed(allow(assignment.event)))
            let result = await webhook(hook, assignment.event, by: client)
            guard hook.sendsFinished || result.outcome.isFailure else {
                // Whoever was called says how it ended; that it was called is kept, so that it is not called again.
                return assignment.answer("status.changed", at: .now, data: ["message": .text(result.outcome.message)])
            }
            return finished(assignment, result)
        }
    }

    private func finished(_ assignment: Assignment, _ result: ActionResult) -> Event {
        var data: JSON = [
            "status": .text(result.outcome.status.rawValue), "result": .text(result.outcome.result.rawValue),
            "message": .text(result.outcome.message),
        ]
        if case .taskTriggered(let task) = EventKind(assignment.event.type), result.data != .emptyObject {
            data[task] = result.data
        }
        data["output"] = result.output
        return assignment.answer("finished", at: .now, data: data)
    }

    /// Tries until it goes well, or was tried as often as it may.
    private func perform(_ executor: Executor, _ event: Event) async -> ActionResult {
        var pause = Duration.seconds(1)
        for _ in 0..<executor.retries {
            let result = await attempt(executor, event)
            guard result.outcome.isFailure, !Task.isCancelled else { return result }
            // Ended meanwhile, it is not begun again.
            guard (try? await Task.sleep(for: pause)) != nil else { return result }
            pause = min(pause * 2, Self.longestPause)
        }
        return await attempt(executor, event)
    }

    private func attempt(_ executor: Executor, _ event: Event) async -> ActionResult {
        let allow = allow(event)
        switch executor.work {
        case .command(let work): return await command(work, event, allow: allow, timeout: executor.timeout)
        case .git(let work): return await git(work, event, timeout: executor.timeout)
        case .kubernetes(let work): return await kubernetes(work, event, allow: allow, timeout: executor.timeout)
        }
    }

    /// What the project lets be reached now.
    private func allow(_ event: Event) -> Allow {
        guard let project = event.lane?.project,
            let text = try? journal.document(DocumentPath.project, of: project)?.text
        else { return Allow() }
        return Project.read(text, file: DocumentPath.project).value?.allow ?? Allow()
    }
}
