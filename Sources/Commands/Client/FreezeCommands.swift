import ArgumentParser
import Events

/// `tidegate freeze`: stops what is done about problems by itself.
struct FreezeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Stop everything that is done about problems by itself.",
        discussion: """
            No remediation begins, none goes on, and actions that are under way are ended, until `tidegate unfreeze`. \
            Deliveries go on.

            EXAMPLES
              tidegate freeze --reason "the network is being rebuilt"
              tidegate freeze --project shop --reason "a person looks at it"
            """
    )

    @Option(help: "Only in this project (default: in all).")
    var project: String?

    @Option(help: "Why; shown wherever something was held back.")
    var reason: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var body: JSON = ["reason": .text(reason)]
        body["project"] = project.map { .text($0) }
        _ = try await server.client().call(.POST, "/v1/freezes", body: body.bytes)
        try Terminal.print("frozen: \(project ?? "all projects")")
    }
}

/// `tidegate unfreeze`: lets it go on.
struct UnfreezeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unfreeze",
        abstract: "Let remediations begin again."
    )

    @Option(help: "Only in this project (default: what was said of all).")
    var project: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var body = JSON.emptyObject
        body["project"] = project.map { .text($0) }
        _ = try await server.client().call(.POST, "/v1/unfreeze", body: body.bytes)
        try Terminal.print("not frozen any more: \(project ?? "all projects")")
    }
}
