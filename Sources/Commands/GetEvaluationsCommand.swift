import ArgumentParser
import Documents
import Foundation
import Journal
import Objectives

/// `tidegate get evaluations`: the newest verdicts.
struct GetEvaluationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluations",
        abstract: "List evaluations, newest first.",
        discussion: """
            EXAMPLES
              tidegate get evaluations --project shop --stage production --service carts
              tidegate get evaluations -o json --limit 100
              tidegate get evaluations --server http://127.0.0.1:8085
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    /// A page of the list; `next` is the position to go on from with `--before`.
    private struct Page: Codable {
        let items: [EvaluationSummary]
        let next: Int64?
    }

    @Option(help: "Only those of this project.")
    var project: String?

    @Option(help: "Only those of this stage.")
    var stage: String?

    @Option(help: "Only those of this service.")
    var service: String?

    @Option(help: "How many at most, from 1 to 1000.")
    var limit = 20

    @Option(
        help: ArgumentHelp("Only those older than this position: `next` of the page before.", valueName: "position")
    )
    var before: Int64?

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("Those that a server keeps, instead of those in the data directory.", valueName: "url"))
    var server: String?

    @Option(help: ArgumentHelp("A file with a token for the server.", valueName: "file"), completion: .file())
    var tokenFile: String?

    @Option(name: [.short, .long], help: ArgumentHelp("How the list is shown.", valueName: "format"))
    var output = Format.text

    func run() async throws {
        guard (1...1000).contains(limit) else { throw Failure.usage("`--limit` must be from 1 to 1000") }
        let items = if let server { try await items(of: server) } else { try kept() }
        switch output {
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            let page = Page(items: items, next: items.count == limit ? items.last?.position : nil)
            try Terminal.write(encoder.encode(page) + Data("\n".utf8))
        case .text where items.isEmpty: try Terminal.print("no evaluations; `tidegate evaluate` makes them")
        case .text: try Terminal.print(text(items))
        }
    }

    private func kept() throws -> [EvaluationSummary] {
        let journal = try data.journal(isMade: false)
        do throws(JournalFailure) {
            return try journal.evaluations(
                project: project,
                stage: stage,
                service: service,
                before: before,
                limit: limit
            )
        } catch {
            throw Failure.unavailable(error.description)
        }
    }

    private func items(of server: String) async throws -> [EvaluationSummary] {
        guard data.dataDir == nil else { throw Failure.usage("`--server` and `--data-dir` exclude each other") }
        var options = ServerOptions()
        options.server = server
        options.tokenFile = tokenFile
        let answer = try await options.client().call(
            .GET,
            "/v1/evaluations",
            query: [
                ("project", project), ("stage", stage), ("service", service), ("before", before.map(String.init)),
                ("limit", String(limit)),
            ]
        )
        guard let page = try? JSONDecoder().decode(Page.self, from: Data(answer.bytes)) else {
            throw Failure.unavailable("the server's answer is no list of evaluations")
        }
        return page.items
    }

    private func text(_ items: [EvaluationSummary]) -> String {
        var table = TextTable(columns: [.left, .left, .left, .right, .left])
        table.add(["ID", "TIME", "RESULT", "SCORE", "PROJECT/STAGE/SERVICE"])
        for item in items {
            let result = item.status == .errored ? "errored" : item.result.rawValue
            let time = String(item.time.description.prefix(19)) + "Z"
            let lane = "\(item.project)/\(item.stage)/\(item.service)"
            table.add([String(item.id.prefix(8)), time, result, item.score.short, lane.abbreviated])
        }
        return table.text
    }
}
