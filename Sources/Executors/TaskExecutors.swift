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

    private static let webhookTimeout = Duration.seconds(30)
    private static let longestPause = Duration.seconds(30)

    /// - Parameters:
    ///   - journal: Where the documents are.
    ///   - programs: Those that the operator lets be run.
    ///   - secrets: Where secrets are.
    ///   - environment: Where providers' credentials may stand.
    public init(journal: Journal, programs: [String], secrets: Secrets, environment: [String: String]) {
        self.journal = journal
        evaluation = EvaluationTask(journal: journal, environment: environment)
        command = CommandExecutor(programs: programs, environment: environment)
        git = GitExecutor(journal: journal, environment: environment)
        kubernetes = KubernetesExecutor(environment: environment)
        webhook = WebhookExecutor(secrets: secrets)
    }

    /// Does the work.
    ///
    /// - Parameter assignment: What is to be done.
    /// - Returns: The event that says what it came to; nil where somebody else says that.
    public func carryOut(_ assignment: Assignment) async -> Event? {
        switch assignment.work {
        case .evaluation: return await evaluation(assignment)
        case .executor(let executor):
            return finished(assignment, await perform(executor, assignment.event))
        case .webhook(let hook):
            let client = GuardedClient(.allowed(allow(assignment.event)))
            let result = await webhook(hook, assignment.event, by: client, timeout: Self.webhookTimeout)
            // Where it went well, whoever was called says how it ended.
            guard hook.sendsFinished || result.outcome.isFailure else { return nil }
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
            try? await Task.sleep(for: pause)
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
