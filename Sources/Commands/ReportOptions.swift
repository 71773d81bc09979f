import ArgumentParser
import Foundation
import Objectives

/// How a verdict is shown, and where.
struct ReportOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown, junit, sarif }

    @Option(name: [.short, .long], help: ArgumentHelp("How the verdict is shown.", valueName: "format"))
    var output = Format.text

    @Option(
        help: ArgumentHelp("Write it there; standard output gets the text.", valueName: "file"),
        completion: .file()
    )
    var outputFile: String?

    /// - Throws: ``Failure`` where the file could not be written to; before anything is asked, so that no verdict is lost.
    func check(inputs: [String]) throws(Failure) {
        guard let outputFile, outputFile != "-" else { return }
        let target = URL(filePath: outputFile).resolvingSymlinksInPath().path
        guard !inputs.contains(where: { URL(filePath: $0).resolvingSymlinksInPath().path == target }) else {
            throw .usage("`--output-file \(outputFile)` is a file that is read")
        }
        var isFolder: ObjCBool = false
        let folder = URL(filePath: target).deletingLastPathComponent().path
        guard !FileManager.default.fileExists(atPath: target, isDirectory: &isFolder) || !isFolder.boolValue,
            !outputFile.hasSuffix("/")
        else { throw .usage("`--output-file \(outputFile)` is a folder; name a file") }
        guard FileManager.default.fileExists(atPath: folder) else {
            throw .usage("`--output-file \(outputFile)`: there is no folder \(folder)")
        }
    }

    func print(_ evaluation: Evaluation, failsOnWarning: Bool = false) throws {
        let report = try render(evaluation, failsOnWarning: failsOnWarning)
        guard let outputFile, outputFile != "-" else { return try Terminal.write(report) }
        do {
            try write(report, to: URL(filePath: outputFile).resolvingSymlinksInPath())
        } catch {
            throw Failure.unavailable("\(outputFile) can't be written: \(error.localizedDescription)")
        }
        try Terminal.print(TextReport(evaluation, hasColor: Terminal.hasColor).text)
    }

    /// A file is replaced whole, so that nobody reads half of it; a device or a pipe is written to.
    private func write(_ report: Data, to file: URL) throws {
        let type = try? FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType
        guard let type, type != .typeRegular else { return try report.write(to: file, options: .atomic) }
        try FileHandle(forWritingTo: file).write(contentsOf: report)
    }

    private func render(_ evaluation: Evaluation, failsOnWarning: Bool) throws -> Data {
        switch output {
        case .text: Data(TextReport(evaluation, hasColor: outputFile == nil && Terminal.hasColor).text.utf8)
        case .json: try evaluation.json
        case .markdown: Data(MarkdownReport(evaluation).text.utf8)
        case .junit: Data(JUnitReport(evaluation, failsOnWarning: failsOnWarning).text.utf8)
        case .sarif: try SARIF(evaluation).json
        }
    }
}
