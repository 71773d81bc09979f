import ArgumentParser
import Documents
import Events
import Foundation
import Workflows

/// The documents of a project, as they stand in a folder.
struct DocumentOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The project's folder, with shipyard.yaml and what is below it.", valueName: "dir"),
        completion: .directory
    )
    var folder: String

    @Option(help: "The project (default: `metadata.name` of project.yaml, or the folder's name).")
    var project: String?

    @Flag(help: "Delete what is applied and not in the folder.")
    var prune = false

    @Option(name: [.short, .long], help: ArgumentHelp("How the plan is shown.", valueName: "format"))
    var output = ListFormat.text

    @OptionGroup var server: ServerOptions

    /// - Parameter isDry: Whether only the plan is made.
    /// - Returns: The server's answer.
    /// - Throws: ``Failure`` where a document is not valid, or the server refuses.
    func send(isDry: Bool) async throws -> JSON {
        var documents: [JSON] = []
        var diagnostics: [Diagnostic] = []
        var name = project
        for path in try paths() {
            do throws(Failure) {
                let file = try InputFile(folder + "/" + path)
                documents.append(["path": .text(path), "text": .text(file.text)])
                diagnostics += DocumentKind.validate(file, isNamed: true).diagnostics
                if path == DocumentPath.project, name == nil { name = Self.name(in: file.text) }
            } catch {
                diagnostics += error.diagnostics
            }
        }
        guard !diagnostics.contains(where: { $0.severity == .error }) else { throw Failure.invalid(diagnostics) }
        Terminal.complain(diagnostics.map(\.description))
        guard !documents.isEmpty || prune else { throw Failure.usage("\(folder) has no documents of a project") }
        let standard = URL(filePath: folder).standardizedFileURL.lastPathComponent
        let body: JSON = [
            "project": .text(name ?? standard), "documents": .array(documents), "prune": .boolean(prune),
        ]
        return try await server.client().call(
            .POST,
            "/v1/apply",
            query: [("dryRun", isDry ? "true" : nil)],
            body: body.bytes
        ).json
    }

    /// What stands where documents stand; other files are left alone, and named.
    private func paths() throws -> [String] {
        guard let found = FileManager.default.enumerator(atPath: folder) else {
            throw Failure.usage("the folder \(folder) can't be read")
        }
        let names = found.compactMap { $0 as? String }.filter { name in
            name.hasSuffix(".yaml") && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted()
        let others = names.filter { !DocumentPath.isKnown($0) }
        Terminal.complain(
            others.map { "tidegate: warning: \(folder)/\($0) is left out: no document of a project stands there" }
        )
        return names.filter(DocumentPath.isKnown)
    }

    private static func name(in text: String) -> String? {
        let node = YAML.read(text, log: DiagnosticLog(file: DocumentPath.project))?["metadata"]?["name"]
        guard case .scalar(let scalar) = node?.content, !scalar.text.isEmpty else { return nil }
        return scalar.text
    }

    /// Prints a plan: what is new, what is different, what goes.
    func show(_ plan: JSON) throws {
        guard output == .text else { return try Terminal.write(Data(plan.bytes + [0x0A])) }
        let marks = ["create": "+", "update": "~", "delete": "-"]
        let changes = plan["changes"]?.array ?? []
        var counts: [String: Int] = [:]
        for change in changes {
            let action = change["action"]?.text ?? ""
            counts[action, default: 0] += 1
            guard let mark = marks[action] else { continue }
            try Terminal.print("\(mark) \(change["path"]?.text ?? "")")
        }
        let applied = plan["applied"] == true
        let words = applied ? ("created", "updated", "deleted") : ("to create", "to update", "to delete")
        try Terminal.print(
            "project \(plan["project"]?.text ?? ""): \(counts["create"] ?? 0) \(words.0), \(counts["update"] ?? 0) \(words.1),"
                + " \(counts["delete"] ?? 0) \(words.2), \(counts["unchanged"] ?? 0) unchanged"
        )
    }
}

/// `tidegate apply`: makes a server's documents those of a folder.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Apply a project's documents to a server.",
        discussion: """
            All are applied or none. What is not in the folder stays, unless --prune is given; then the plan is shown first, \
            and on a terminal you are asked before anything is deleted. `tidegate diff` shows the plan without carrying it out.

            EXAMPLES
              tidegate apply shop/
              tidegate apply shop/ --prune
              tidegate apply shop/ --prune --yes
            """
    )

    @OptionGroup var documents: DocumentOptions

    @Flag(help: "Delete without being asked.")
    var yes = false

    func run() async throws {
        if documents.prune {
            let plan = try await documents.send(isDry: true)
            let count = (plan["changes"]?.array ?? []).count { $0["action"] == "delete" }
            if count > 0, documents.output == .text {
                try documents.show(plan)
                guard yes || Terminal.confirm("delete \(count) \(count == 1 ? "document" : "documents")?") else {
                    throw Failure(code: .refused, lines: ["tidegate: nothing was applied"])
                }
            }
        }
        try documents.show(try await documents.send(isDry: false))
    }
}

/// `tidegate diff`: what `apply` would change.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what `apply` would change; exits with 1 where there is something.",
        discussion: """
            EXAMPLES
              tidegate diff shop/
              tidegate diff shop/ --prune
            """
    )

    @OptionGroup var documents: DocumentOptions

    func run() async throws {
        let plan = try await documents.send(isDry: true)
        try documents.show(plan)
        let isUnchanged = plan["changes"]?.array?.allSatisfy { $0["action"] == "unchanged" } ?? true
        if !isUnchanged { throw ExitCode(Failure.Code.refused.rawValue) }
    }
}
