import Documents
import Events
import Executors
import Journal
import Logging
import Workflows

/// Takes away what was kept long enough, a little at a time, so that nobody waits for it.
struct RetentionRunner: Sendable {
    private static let interval = Duration.seconds(60)
    private static let atOnce = 500
    /// What is younger stays, however large the journal is: it may still be on its way to somebody.
    private static let youngest = Duration.seconds(3600)

    let journal: Journal
    let writer: GroupCommit
    let settings: ServerFile.Retention
    let log: Logger

    func run() async {
        while !Task.isCancelled {
            do {
                try await round()
            } catch {
                log.error("what is old can't be taken away", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Everything that is due now.
    func round() async throws {
        let now = Timestamp.now
        let lanes = try await writer { try $0.expiringLanes() }
        var retentions: [String: Retention] = [:]
        for lane in lanes where !Task.isCancelled {
            let retention = try retentions[lane.project] ?? self.retention(of: lane.project)
            retentions[lane.project] = retention
            guard let events = retention.events else { continue }
            try await expire(lane, before: now - events, evaluations: retention.evaluations.map { now - $0 })
        }
        try await shrink(lanes, now)
    }

    private func expire(_ lane: Ledger.ExpiringLane, before time: Timestamp, evaluations: Timestamp?) async throws {
        let cut = try await writer { try $0.cut(before: time, evaluations: evaluations) }
        var count = 0
        repeat {
            count = try await writer { try $0.expire(lane, before: cut, limit: Self.atOnce) }
        } while count > 0 && !Task.isCancelled
    }

    /// The project's own, or what the server says for those that have none.
    private func retention(of project: String) throws -> Retention {
        let text = try journal.document(DocumentPath.project, of: project)?.text
        let own = text.flatMap { Project.read($0, file: DocumentPath.project).value?.retention }
        return Retention(events: own?.events ?? settings.events, evaluations: own?.evaluations)
    }

    /// Where the journal is larger than it may be, the oldest tenth goes, until it is not. Evaluations stay.
    private func shrink(_ lanes: [Ledger.ExpiringLane], _ now: Timestamp) async throws {
        guard let limit = settings.size else { return }
        var position: Int64 = 0
        while try await writer({ try $0.size() }) > limit, !Task.isCancelled {
            let after = position
            guard let tenth = try await writer({ try $0.tenth(after: after) }), tenth.received < now - Self.youngest
            else {
                log.warning("the journal is larger than it may be, and what is left is young or needed")
                return
            }
            for lane in lanes {
                try await expire(lane, before: tenth.received + .milliseconds(1), evaluations: nil)
            }
            position = tenth.position
        }
    }
}
