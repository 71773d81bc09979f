import Crypto
import Documents
import Events
import Foundation
import Journal
import Objectives
import Workflows

/// What applying documents to a project would change.
public struct Plan: Sendable, Equatable {
    public enum Action: String, Sendable { case create, update, delete, unchanged }

    public struct Change: Sendable, Equatable {
        public let path: String
        public let action: Action
        /// Of the new text; of the old one where it is deleted.
        public let sha256: String
    }

    public let project: String
    /// In the order of the paths.
    public let changes: [Change]

    public var isEmpty: Bool { changes.allSatisfy { $0.action == .unchanged } }
}

/// A document as it is handed in.
public struct AppliedDocument: Sendable {
    /// From the project's folder.
    public let path: String
    public let text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// What is wrong or odd with it, by the kind that its place says.
    public var diagnostics: [Diagnostic] {
        guard DocumentPath.isKnown(path) else {
            let places =
                "`project.yaml`, `shipyard.yaml`, `slo.yaml`, `sli.yaml`, `remediation.yaml`, `webhook.yaml`, the last four also"
                + " below `services/SERVICE/`, `stages/STAGE/` and `stages/STAGE/services/SERVICE/`"
            return [
                Diagnostic(
                    file: path,
                    position: .start,
                    severity: .error,
                    message: "no document stands there; known are \(places)"
                )
            ]
        }
        return switch path.split(separator: "/").last {
        case "project.yaml": Project.read(text, file: path).diagnostics
        case "shipyard.yaml": Shipyard.read(text, file: path).diagnostics
        case "remediation.yaml": Remediation.read(text, file: path).diagnostics
        case "webhook.yaml": WebhookConfig.read(text, file: path).diagnostics
        case "sli.yaml": SLI.read(text, file: path).diagnostics
        default: SLO.read(text, file: path).diagnostics
        }
    }

    var sha256: String { SHA256.hash(data: Data(text.utf8)).hexadecimal }
}

extension Orchestrator {
    /// What applying documents would change.
    ///
    /// - Parameters:
    ///   - documents: Valid ones, each path once.
    ///   - project: Whose they are.
    ///   - prunes: Whether those that are not among them are deleted.
    /// - Returns: The plan.
    /// - Throws: ``JournalFailure`` where the journal can't be read.
    public func plan(_ documents: [AppliedDocument], for project: String, prunes: Bool) throws -> Plan {
        var known = try journal.documents(of: project)
        var changes = documents.map { document in
            let old = known.removeValue(forKey: document.path)
            let action: Plan.Action = old == nil ? .create : old == document.sha256 ? .unchanged : .update
            return Plan.Change(path: document.path, action: action, sha256: document.sha256)
        }
        if prunes { changes += known.map { Plan.Change(path: $0.key, action: .delete, sha256: $0.value) } }
        return Plan(project: project, changes: changes.sorted { $0.path < $1.path })
    }

    /// Applies documents: all of them or none.
    ///
    /// - Throws: ``JournalFailure`` where it can't be kept.
    public func apply(_ plan: Plan, _ documents: [AppliedDocument], by actor: String) async throws {
        let texts = Dictionary(documents.map { ($0.path, $0.text) }) { $1 }
        let events = plan.changes.filter { $0.action != .unchanged }.map { change in
            DocumentChange(
                project: plan.project,
                path: change.path,
                sha256: change.sha256,
                text: change.action == .delete ? nil : texts[change.path]
            ).event(id: Self.newID, at: .now, by: actor)
        }
        guard !events.isEmpty else { return }
        try await submit(events)
    }
}
