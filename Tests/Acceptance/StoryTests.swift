import Foundation
import TestSupport
import Testing

/// A release's life with a real Prometheus and a real Alertmanager, told by its events.
@Suite("The story")
struct StoryTests {
    private struct Told {
        let events: [[String: Any]]

        /// `STAGE SUBJECT RESULT` of what has finished, in its order.
        var finished: [String] {
            events.compactMap { event in
                let type = event["type"] as? String ?? ""
                guard type.hasPrefix("sh.keptn.event."), type.hasSuffix(".finished") else { return nil }
                let data = event["data"] as? [String: Any] ?? [:]
                let subject = type.dropFirst("sh.keptn.event.".count).dropLast(".finished".count)
                return "\(data["stage"] as? String ?? "") \(subject) \(data["result"] as? String ?? "")"
            }
        }

        func index(_ line: String, after start: Int = -1) -> Int? {
            finished.indices.first { $0 > start && finished[$0] == line }
        }
    }

    @Test("goes as it is told: promotion, rollback, remediation, and a person at the end")
    func play() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/events.json"
        let script = Repository.root.appending(path: "demo/story/story.py").path
        let result = try await Program.run("python3", [script, Program.tidegatePath, file])
        #expect(result.code == 0, "\(result.output)\n\(result.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file)))
        let told = Told(events: try #require(json as? [[String: Any]]))
        // In this order, whatever else there is between.
        var last = -1
        for line in [
            "staging deployment pass", "staging evaluation pass", "production approval pass",
            "production deployment pass",
            "production evaluation pass", "production production.delivery pass", "staging deployment pass",
            "staging evaluation fail", "staging staging.delivery fail", "staging rollback pass",
            "staging evaluation pass",
            "staging staging.rollback pass", "production get-action pass", "production action pass",
            "production evaluation fail", "production production.remediation fail", "production get-action pass",
            "production action pass", "production production.remediation pass", "production get-action pass",
            "production action pass", "production evaluation fail", "production production.remediation fail",
            "production get-action fail", "production production.remediation fail",
        ] {
            let found = told.index(line, after: last)
            #expect(found != nil, "\(line) after \(last): \(told.finished)")
            last = found ?? last
        }
        let types = told.events.compactMap { $0["type"] as? String }
        #expect(types.contains("dev.tidegate.problem.resolved"))
        #expect(types.contains("sh.keptn.event.production.escalation.triggered"))
        #expect(!types.contains("sh.keptn.event.production.escalation.finished"))
        let rollback = told.events.first { $0["type"] as? String == "sh.keptn.event.rollback.triggered" }
        let back = (rollback?["data"] as? [String: Any])?["rollback"] as? [String: Any]
        let labels = (back?["release"] as? [String: Any])?["labels"] as? [String: Any]
        #expect(labels?["version"] as? String == "1.1.0", "what was judged well last, by the journal")
    }
}
