import ArgumentParser
import Documents
import Foundation

/// `tidegate validate`: says what is wrong with documents, all of it, without using them.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check SLO, SLI, shipyard, remediation, webhook, project and server files.",
        discussion: """
            Folders are searched for *.yaml and *.yml; what is none of these documents is passed over there. Exits with 2 \
            where there is an error.

            EXAMPLES
              tidegate validate .
              tidegate validate slo.yaml sli.yaml --output sarif
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif }

    private struct Report: Encodable {
        struct Finding: Encodable {
            let file: String
            let line: Int
            let column: Int
            let severity: String
            let message: String
        }

        let files: Int
        /// Those in folders that are none of the documents.
        let passedOver: Int
        let diagnostics: [Finding]
    }

    @Argument(help: ArgumentHelp("Files and folders; `-` for standard input.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(name: [.short, .long], help: ArgumentHelp("How it is said.", valueName: "format"))
    var output = Format.text

    func run() throws {
        var diagnostics: [Diagnostic] = []
        var files = 0
        var passedOver = 0
        for (path, isNamed) in try paths.flatMap(expand) {
            do throws(Failure) {
                let result = DocumentKind.validate(try InputFile(path), isNamed: isNamed)
                diagnostics += result.diagnostics
                switch result.kind {
                case .other, nil: passedOver += isNamed ? 0 : 1
                default: files += 1
                }
            } catch {
                diagnostics += error.diagnostics
            }
        }
        try show(diagnostics, files: files, passedOver: passedOver)
        guard !diagnostics.contains(where: { $0.severity == .error }) else {
            throw ExitCode(Failure.Code.usage.rawValue)
        }
    }

    private func show(_ diagnostics: [Diagnostic], files: Int, passedOver: Int) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        switch output {
        case .text:
            Terminal.complain(diagnostics.map(\.description))
            let errors = diagnostics.count { $0.severity == .error }
            let warnings = diagnostics.count - errors
            let others = passedOver == 0 ? "" : "; \(passedOver.of("other file")) passed over"
            try Terminal.print("\(files.of("document")), \(errors.of("error")), \(warnings.of("warning"))\(others)")
        case .json:
            let findings = diagnostics.map {
                Report.Finding(
                    file: $0.file,
                    line: $0.position.line,
                    column: $0.position.column,
                    severity: $0.severity.rawValue,
                    message: $0.message
                )
            }
            try Terminal.write(
                encoder.encode(Report(files: files, passedOver: passedOver, diagnostics: findings)) + Data("\n".utf8)
            )
        case .sarif: try Terminal.write(SARIF(diagnostics).json)
        }
    }

    /// A file as it is; of a folder all YAML files below it, in order, without hidden ones.
    private func expand(_ path: String) throws -> [(path: String, isNamed: Bool)] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [(path, true)]
        }
        guard let found = FileManager.default.enumerator(atPath: path) else {
            throw Failure.usage("the folder \(path) can't be read; check its permissions")
        }
        let names = found.compactMap { $0 as? String }.filter { name in
            [".yaml", ".yml"].contains(where: name.lowercased().hasSuffix)
                && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return names.sorted().map { (folder + $0, false) }
    }
}

extension Int {
    /// "1 document", "2 documents".
    fileprivate func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
