import Documents
import Events
import Foundation
import GRDB
import Workflows

/// The applied documents as decisions need them, read once: shipyards, projects, what is done about problems.
///
/// A struct of values, so that a decision sees one state of them.
public struct DocumentCache: Rules {
    private var currentSHA256: [String: String] = [:]
    private var shipyards: [String: Shipyard] = [:]
    private var projects: [String: Project] = [:]
    private var remediations: [String: [String: Remediation]] = [:]
    private var webhooks: [String: [String: WebhookConfig]] = [:]
    /// Why nothing is done about problems, by project; the empty name stands for all.
    private var freezes: [String: String] = [:]

    init() {}

    /// Reads what is applied, and the shipyards that open sequences started with.
    init(_ db: Database) throws {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT project, path, sha256, text FROM document JOIN content USING (sha256)"
        )
        for row in rows { take(row["path"], of: row["project"], sha256: row["sha256"], text: row["text"]) }
        let started = try Row.fetchAll(
            db,
            sql: """
                SELECT sha256, text FROM content WHERE sha256 IN (
                    SELECT DISTINCT json_extract(body, '$.shipyard') FROM sequence WHERE open = 1)
                """
        )
        for row in started { remember(row["sha256"], text: row["text"]) }
        let reader = EventReader(.init(time: Timestamp(milliseconds: 0)) { "" })
        let frozen = try Data.fetchAll(
            db,
            sql: "SELECT body FROM event WHERE type IN (?, ?) ORDER BY position",
            arguments: [ProblemEvents.frozenType, ProblemEvents.unfrozenType]
        )
        for body in frozen {
            if let event = try? reader.event(Array(body)) { takeFreeze(event) }
        }
    }

    // MARK: What decisions ask for

    public func current(of project: String) -> (sha256: String, shipyard: Shipyard)? {
        currentSHA256[project].flatMap { sha256 in shipyards[sha256].map { (sha256, $0) } }
    }

    public func version(_ sha256: String) -> Shipyard? { shipyards[sha256] }

    public func remediation(in lane: Lane) -> Remediation? {
        DocumentPath.all(DocumentPath.remediation, stage: lane.stage, service: lane.service).reversed().lazy
            .compactMap { remediations[lane.project]?[$0] }.first
    }

    public func limits(of project: String) -> RemediationLimits {
        projects[project]?.remediation ?? RemediationLimits()
    }

    public func freeze(of project: String) -> String? { freezes[""] ?? freezes[project] }

    // MARK: What the server asks for

    public func project(_ name: String) -> Project? { projects[name] }

    /// Every project that has a project file, in the order of their names.
    public var projectFiles: [(name: String, project: Project)] {
        projects.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// What webhooks there are for a lane: the most specific file.
    public func webhooks(in lane: Lane) -> [Webhook] {
        DocumentPath.all(DocumentPath.webhook, stage: lane.stage, service: lane.service).reversed().lazy
            .compactMap { webhooks[lane.project]?[$0] }.first?.webhooks ?? []
    }

    /// Every freeze, by project; the empty name stands for all.
    public var allFreezes: [String: String] { freezes }

    /// What Tidegate itself does about a task.
    ///
    /// - Parameter event: Any event; one that triggers no task is assigned to nobody.
    /// - Returns: Who carries it out.
    public func assignments(for event: Event) -> [Assignment] {
        guard event.source == Sequencer.source, let lane = event.lane,
            case .taskTriggered(let task) = EventKind(event.type)
        else { return [] }
        if task == Sequencer.evaluation { return [Assignment(event: event, name: task, work: .evaluation)] }
        guard !Sequencer.isBuiltIn(task) else { return [] }
        if task == Sequencer.action, limits(of: lane.project).dryRun { return [] }
        let executors = (projects[lane.project]?.executors ?? []).filter { $0.carriesOut(event) }.map {
            Assignment(event: event, name: $0.name, work: .executor($0))
        }
        let hooks = webhooks(in: lane).filter { $0.carriesOut && $0.isFor(event) }.map {
            Assignment(event: event, name: $0.name, work: .webhook($0))
        }
        return executors + hooks
    }

    /// The names of those who are to be told of an event.
    func subscribers(of event: Event) -> [String] {
        guard let lane = event.lane else { return [] }
        // Nobody is to be told to do what is not to be done.
        let isAction = EventKind(event.type) == .taskTriggered(Sequencer.action)
        guard !isAction || !limits(of: lane.project).dryRun else { return [] }
        let subscribed = (projects[lane.project]?.subscriptions ?? []).filter { $0.wants(event) }.map(\.name)
        guard webhooks[lane.project] != nil else { return subscribed }
        return subscribed + webhooks(in: lane).filter { !$0.carriesOut && $0.isFor(event) }.map(\.name)
    }

    // MARK: What changes it

    /// Takes in an event that applies or removes a document, and keeps what it says; others change nothing.
    mutating func apply(_ event: Event, position: Int64, _ db: Database) throws {
        guard let change = take(event) else { return }
        guard let text = change.text else {
            return try db.execute(
                sql: "DELETE FROM document WHERE project = ? AND path = ?",
                arguments: [change.project, change.path]
            )
        }
        try db.execute(
            sql: "INSERT INTO content (sha256, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [change.sha256, text]
        )
        try db.execute(
            sql: """
                INSERT INTO document (project, path, sha256, position) VALUES (?, ?, ?, ?)
                ON CONFLICT (project, path) DO UPDATE SET sha256 = excluded.sha256, position = excluded.position
                """,
            arguments: [change.project, change.path, change.sha256, position]
        )
    }

    /// Takes in an event without keeping what it says.
    @discardableResult
    mutating func take(_ event: Event) -> DocumentChange? {
        guard event.source == Sequencer.operatorSource else { return nil }
        takeFreeze(event)
        guard let change = DocumentChange(event) else { return nil }
        if let text = change.text {
            take(change.path, of: change.project, sha256: change.sha256, text: text)
        } else {
            forget(change.path, of: change.project)
        }
        return change
    }

    private mutating func takeFreeze(_ event: Event) {
        guard event.source == Sequencer.operatorSource else { return }
        let project = event.data["project"]?.text ?? ""
        switch event.type {
        case ProblemEvents.frozenType: freezes[project] = event.data["reason"]?.text ?? ""
        case ProblemEvents.unfrozenType: freezes[project] = nil
        default: return
        }
    }

    private mutating func take(_ path: String, of project: String, sha256: String, text: String) {
        switch path.split(separator: "/").last.map(String.init) {
        case DocumentPath.shipyard:
            remember(sha256, text: text)
            currentSHA256[project] = sha256
        case DocumentPath.project: projects[project] = Project.read(text, file: path).value
        case DocumentPath.remediation:
            remediations[project, default: [:]][path] = Remediation.read(text, file: path).value
        case DocumentPath.webhook: webhooks[project, default: [:]][path] = WebhookConfig.read(text, file: path).value
        default: return
        }
    }

    private mutating func forget(_ path: String, of project: String) {
        switch path.split(separator: "/").last.map(String.init) {
        case DocumentPath.shipyard: currentSHA256[project] = nil
        case DocumentPath.project: projects[project] = nil
        case DocumentPath.remediation: remediations[project]?[path] = nil
        case DocumentPath.webhook: webhooks[project]?[path] = nil
        default: return
        }
    }

    private mutating func remember(_ sha256: String, text: String) {
        shipyards[sha256] = shipyards[sha256] ?? Shipyard.read(text, file: DocumentPath.shipyard).value
    }
}
