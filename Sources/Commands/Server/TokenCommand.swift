import ArgumentParser
import Documents
import Events
import Executors
import Gateway

/// `tidegate token`: who may do what.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke the tokens of a server.",
        discussion: """
            Works on the data directory, while the server runs too; it notices within a second. A token is shown once.

            ROLES
              ingest   send events
              read     look at what is there
              operate  look, send, trigger, approve, steer sequences
              admin    everything, documents too

            EXAMPLES
              tidegate token create ci --role ingest --project shop --data-dir /var/lib/tidegate
              tidegate token list
              tidegate token revoke ci
            """,
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a token, and print it.")

        @Argument(help: "What it is called in events and lists.")
        var name: String

        @Option(help: "What it may be used for: ingest, read, operate or admin.")
        var role: Role

        @Option(help: "Only for this project; may be given several times.")
        var project: [String] = []

        @OptionGroup var data: DataOptions

        func run() throws {
            guard (1...100).contains(name.utf8.count), name == name.printable else {
                throw Failure.usage("a token's name has 1 to 100 bytes, in one line")
            }
            let file = TokenFile(directory: try DataDirectory.path(data.dataDir))
            try Terminal.print(
                try attempt {
                    try file.create(name, role: role, projects: project.isEmpty ? nil : project, at: "\(Timestamp.now)")
                }
            )
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the tokens, without showing them."
        )

        @OptionGroup var data: DataOptions

        func run() throws {
            let tokens = try attempt { try TokenFile(directory: try DataDirectory.path(data.dataDir)).tokens() }
            guard !tokens.isEmpty else { return try Terminal.print("no tokens; `tidegate token create` makes one") }
            var table = TextTable(columns: [.left, .left, .left, .left])
            table.add(["NAME", "ROLE", "PROJECTS", "CREATED"])
            for token in tokens {
                table.add([
                    token.name, token.role.rawValue, token.projects?.joined(separator: ",") ?? "all", token.created,
                ])
            }
            try Terminal.print(table.text)
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Make a token useless.")

        @Argument(help: "The token's name.")
        var name: String

        @OptionGroup var data: DataOptions

        func run() throws {
            let file = TokenFile(directory: try DataDirectory.path(data.dataDir))
            try attempt { try file.revoke(name) }
        }
    }
}

extension Role: ExpressibleByArgument {}

/// Gives what a file of tokens says in the form of a failure.
private func attempt<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as TokenFile.Unusable {
        throw Failure.usage(error.description)
    }
}
