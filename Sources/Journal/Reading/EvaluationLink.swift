import Events
import Foundation
import GRDB

/// Where more is to be seen about an evaluation: a task that ran because of it gave the link back as
/// `data.<task>.links`, a list of objects with `title` and `url`.
public struct EvaluationLink: Sendable, Equatable {
    public let task: String
    public let title: String
    public let url: String
    /// The id of the task's event that has it.
    public let event: String
}

extension Journal {
    /// What later tasks of an evaluation's run link to, up to its next evaluation; the oldest first, at most a hundred.
    ///
    /// - Parameter evaluation: The whole id.
    /// - Returns: The links; none where there is no such evaluation.
    /// - Throws: ``JournalFailure`` where the file can't be read.
    public func links(ofEvaluation evaluation: String) throws(JournalFailure) -> [EvaluationLink] {
        let bodies = try read { db in
            try Data.fetchAll(
                db,
                sql: """
                    WITH judged AS (
                        SELECT position, context FROM evaluation JOIN event USING (position) WHERE evaluation.id = :id
                    ),
                    next AS (
                        SELECT min(position) AS position FROM event JOIN evaluation USING (position)
                        WHERE context = (SELECT context FROM judged) AND position > (SELECT position FROM judged)
                    )
                    SELECT body FROM event
                    WHERE context = (SELECT context FROM judged) AND position > (SELECT position FROM judged)
                        AND ((SELECT position FROM next) IS NULL OR position < (SELECT position FROM next))
                        AND type GLOB 'sh.keptn.event.*.finished'
                    ORDER BY position LIMIT 100
                    """,
                arguments: ["id": evaluation]
            )
        }
        return Array(bodies.compactMap { JSON(known: Array($0)) }.flatMap(EvaluationLink.links(of:)).prefix(100))
    }
}

extension EvaluationLink {
    fileprivate static func links(of event: JSON) -> [EvaluationLink] {
        // `sh.keptn.event.<task>.finished`: that of a sequence names its stage too, and repeats what its tasks said.
        let parts = event["type"]?.text?.split(separator: ".") ?? []
        guard let id = event["id"]?.text, parts.count == 5 else { return [] }
        let task = String(parts[3])
        return (event["data"]?[task]?["links"]?.array ?? []).compactMap { link in
            guard let url = link["url"]?.text else { return nil }
            return EvaluationLink(task: task, title: link["title"]?.text ?? url, url: url, event: id)
        }
    }
}
