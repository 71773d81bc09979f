import Documents
import Foundation
import Objectives

/// Findings in SARIF 2.1.0, which code hosts show beside the lines that they are about.
///
/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
struct SARIF: Encodable {
    struct Message: Encodable { let text: String }
    struct Region: Encodable { let startLine: Int, startColumn: Int }
    struct Artifact: Encodable { let uri: String }
    struct PhysicalLocation: Encodable { let artifactLocation: Artifact, region: Region }
    struct Location: Encodable { let physicalLocation: PhysicalLocation }
    struct Result: Encodable { let ruleId: String, level: String, message: Message, locations: [Location] }
    struct Rule: Encodable { let id: String, shortDescription: Message }
    struct Driver: Encodable { let name: String, version: String, rules: [Rule] }
    struct Tool: Encodable { let driver: Driver }
    struct Run: Encodable { let tool: Tool, results: [Result] }

    private enum CodingKeys: String, CodingKey { case schema = "$schema", version, runs }

    let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    let version = "2.1.0"
    let runs: [Run]

    private init(_ results: [Result], rule: Rule) {
        let driver = Driver(name: "tidegate", version: Tidegate.version, rules: [rule])
        runs = [Run(tool: Tool(driver: driver), results: results)]
    }

    /// What is wrong with documents.
    init(_ diagnostics: [Diagnostic]) {
        let rule = Rule(id: "document", shortDescription: Message(text: "What is wrong with a document."))
        self.init(
            diagnostics.map {
                Result(
                    ruleId: rule.id,
                    level: $0.severity.rawValue,
                    message: Message(text: $0.message),
                    locations: [Location($0.file, $0.position)]
                )
            },
            rule: rule
        )
    }

    /// The objectives that did not pass, at their places in the SLO file; or why it could not be evaluated.
    init(_ evaluation: Evaluation) {
        let rule = Rule(id: "objective", shortDescription: Message(text: "An objective that was not met."))
        let path = evaluation.evidence.slo.path
        let missed = evaluation.results.compactMap { objective, judgement -> Result? in
            guard judgement.status == .fail || judgement.status == .warning else { return nil }
            let text = "\(objective.title.abbreviated) \(evaluation.message(on: objective, judgement))"
            return Result(
                ruleId: rule.id,
                level: judgement.status == .fail ? "error" : "warning",
                message: Message(text: text),
                locations: [Location(path, objective.position)]
            )
        }
        let failures = evaluation.evidence.failures.map {
            Result(ruleId: rule.id, level: "error", message: Message(text: $0), locations: [Location(path, .start)])
        }
        self.init(failures.isEmpty ? missed : failures, rule: rule)
    }

    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return try encoder.encode(self) + Data("\n".utf8)
        }
    }
}

extension SARIF.Location {
    fileprivate init(_ file: String, _ position: Position) {
        let uri = file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? file
        self.init(
            physicalLocation: .init(
                artifactLocation: .init(uri: uri),
                region: .init(startLine: position.line, startColumn: position.column)
            )
        )
    }
}
