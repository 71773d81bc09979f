import Events
import Executors
import Foundation
import Journal
import Logging
import Synchronization
import TestSupport
import Workflows

@testable import Orchestrator

/// A journal with a clock of its own.
final class Place: Sendable {
    let folder: TemporaryFolder
    let journal: Journal
    let writer: GroupCommit
    let clock = Mutex(Timestamp.now)

    init() throws {
        folder = try TemporaryFolder()
        journal = try Journal(directory: folder.path, for: .server)
        let box = Box()
        writer = GroupCommit(journal, clock: { box.owner?.clock.withLock { $0 } ?? .now }) { _, _ in }
        box.set(self)
    }

    private final class Box: Sendable {
        private let held = Mutex<WeakPlace>(WeakPlace())
        struct WeakPlace { weak var place: Place? }
        var owner: Place? { held.withLock { $0.place } }
        func set(_ place: Place) { held.withLock { $0.place = place } }
    }

    func apply(_ project: String, _ documents: [String: String]) async throws {
        let events = documents.map { path, text in
            let document = AppliedDocument(path: path, text: text)
            return DocumentChange(project: project, path: path, sha256: document.sha256, text: text)
                .event(id: Orchestrator.newID, at: .now, by: "me")
        }
        try await writer { ledger in for event in events { _ = try ledger.take(event) } }
    }

    /// - Returns: The id of what was triggered.
    @discardableResult
    func trigger(_ sequence: String, in project: String, context: String = "c") async throws -> String {
        clock.withLock { $0 = $0 + .milliseconds(1) }
        let lane = Lane(project: project, stage: "dev", service: "carts")
        let event = Event(
            type: "sh.keptn.event.dev.\(sequence).triggered",
            id: Orchestrator.newID,
            source: "test",
            time: .now,
            context: context,
            lane: lane,
            data: ["project": .text(project), "stage": "dev", "service": "carts"]
        )
        try await writer { _ = try $0.take(event) }
        return event.id
    }

    func retain(_ settings: ServerFile.Retention = .init()) async throws {
        try await RetentionRunner(journal: journal, writer: writer, settings: settings, log: Logger(label: "test"))
            .round()
    }

    func count(_ project: String) throws -> Int {
        var filter = EventFilter()
        filter.project = project
        return try journal.events(filter, after: 0, limit: 1000).count
    }

    deinit { writer.stop() }
}
