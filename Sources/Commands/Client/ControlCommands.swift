import ArgumentParser
import Events

/// Which run is meant.
struct RunOptions: ParsableArguments {
    @Argument(help: "The run's context, as `tidegate trigger` printed it.")
    var context: String

    @Option(help: "Only its sequences in this stage.")
    var stage: String?

    @OptionGroup var server: ServerOptions

    func tell(_ verb: String) async throws {
        let path = "/v1/sequences/\(context.urlEscaped)/\(verb)"
        let answer = try await server.client().call(.POST, path, query: [("stage", stage)]).json
        try Terminal.print("\(answer["sequences"]?.integer ?? 0) told to \(verb)")
    }
}

/// `tidegate pause`: stops a run before its next task.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pause", abstract: "Stop a run before its next task.")

    @OptionGroup var options: RunOptions

    func run() async throws { try await options.tell("pause") }
}

/// `tidegate resume`: lets a paused run go on.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Let a paused run go on.")

    @OptionGroup var options: RunOptions

    func run() async throws { try await options.tell("resume") }
}

/// `tidegate abort`: ends a run.
struct AbortCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "End a run; what executors still do is not waited for."
    )

    @OptionGroup var options: RunOptions

    func run() async throws { try await options.tell("abort") }
}

/// `tidegate approve`: answers what waits for a person.
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve what waits for a person, or decline it.",
        discussion: """
            EXAMPLES
              tidegate get approvals
              tidegate approve 5f1d… --message "looked at the dashboards"
              tidegate approve 5f1d… --decline --message "not before the holidays"
            """
    )

    @Argument(help: "The approval's id.")
    var id: String

    @Flag(help: "Say no.")
    var decline = false

    @Option(help: "Why; it is kept.")
    var message = ""

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let body: JSON = ["result": decline ? "fail" : "pass", "message": .text(message)]
        _ = try await server.client().call(.POST, "/v1/approvals/\(id.urlEscaped)", body: body.bytes)
        try Terminal.print(decline ? "declined" : "approved")
    }
}

/// `tidegate gate`: whether the gate is open.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Say whether the last evaluation lets a service through.",
        discussion: """
            Exits with 0 where the gate is open, with 1 where it is closed, also because nothing was evaluated yet.

            EXAMPLES
              tidegate gate --project shop --stage staging --service carts
            """
    )

    @OptionGroup var lane: LaneOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let path = "/v1/gate/\(lane.project.urlEscaped)/\(lane.stage.urlEscaped)/\(lane.service.urlEscaped)"
        let answer = try await server.client().call(.GET, path).json
        let isOpen = answer["open"] == true
        try Terminal.print("\(isOpen ? "open" : "closed"): \(answer["reason"]?.text ?? "")")
        if !isOpen { throw ExitCode(Failure.Code.refused.rawValue) }
    }
}
