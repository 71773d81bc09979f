import ArgumentParser
import Foundation
import Objectives

/// How a verdict is shown, and where.
struct ReportOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown, junit, sarif }

    @Option(name: [.short, .long], help: ArgumentHelp("How the verdict is shown.", valueName: "format"))
    var output = Format.text

    @Option(help: ArgumentHelp("Write it there; standard output gets the text.", valueName: "file"))
    var outputFile: String?

    func print(_ evaluation: Evaluation) throws {
        let report = try render(evaluation)
        guard let outputFile else { return Terminal.write(report) }
        do {
            try report.write(to: URL(filePath: outputFile), options: .atomic)
        } catch {
            throw Failure.unavailable("\(outputFile) can't be written: \(error.localizedDescription)")
        }
        Terminal.print(TextReport(evaluation, hasColor: Terminal.hasColor).text)
    }

    private func render(_ evaluation: Evaluation) throws -> Data {
        switch output {
        case .text: Data(TextReport(evaluation, hasColor: outputFile == nil && Terminal.hasColor).text.utf8)
        case .json: try evaluation.json
        case .markdown: Data(MarkdownReport(evaluation).text.utf8)
        case .junit: Data(JUnitReport(evaluation).text.utf8)
        case .sarif: try SARIF(evaluation).json
        }
    }
}
