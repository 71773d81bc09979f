import ArgumentParser
import Documents
import Events
import Foundation

/// How a list is shown.
enum ListFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

/// What lists of a server have in common.
struct ListOptions: ParsableArguments {
    @Option(help: "Only those of this project.")
    var project: String?

    @Option(help: "How many at most, from 1 to 1000.")
    var limit = 50

    @Flag(help: "Show it again each second, until interrupted.")
    var watch = false

    @Option(name: [.short, .long], help: ArgumentHelp("How the list is shown.", valueName: "format"))
    var output = ListFormat.text

    @OptionGroup var server: ServerOptions

    /// A column of the text form: its title, and what it shows of an item.
    typealias Column = (title: String, text: @Sendable (JSON) -> String)

    func show(
        _ path: String,
        query: [(name: String, value: String?)],
        columns: [Column],
        none: String
    ) async throws {
        guard (1...1000).contains(limit) else { throw Failure.usage("`--limit` must be from 1 to 1000") }
        let client = try server.client()
        var last: String?
        repeat {
            let answer = try await client.call(.GET, path, query: query + [("project", project)])
            let text =
                output == .json
                ? String(decoding: answer.bytes, as: UTF8.self) : try Self.table(answer.json, columns, none)
            if text != last { try Terminal.print(text) }
            last = text
            if watch { try await Task.sleep(for: .seconds(1)) }
        } while watch
    }

    private static func table(_ json: JSON, _ columns: [Column], _ none: String) throws -> String {
        let items = json["items"]?.array ?? []
        guard !items.isEmpty else { return none }
        var table = TextTable(columns: columns.map { _ in .left })
        table.add(columns.map(\.title))
        for item in items { table.add(columns.map { $0.text(item).abbreviated }) }
        return table.text
    }

    static func text(_ title: String, _ name: String) -> Column { (title, { $0[name]?.text ?? "" }) }
    static func time(_ title: String, _ name: String) -> Column {
        (title, { $0[name]?.text.map { $0.prefix(19) + "Z" } ?? "" })
    }
    static func number(_ title: String, _ name: String) -> Column {
        (title, { $0[name]?.integer.map(String.init) ?? "" })
    }
    static let lane: Column = (
        "PROJECT/STAGE/SERVICE",
        { item in ["project", "stage", "service"].map { item[$0]?.text ?? "" }.joined(separator: "/") }
    )
}

/// `tidegate get sequences`.
struct GetSequencesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sequences", abstract: "List sequences, newest first.")

    @Option(help: "Only those of this run.")
    var context: String?

    @Option(help: "Only those of this stage.")
    var stage: String?

    @Option(help: "Only those of this service.")
    var service: String?

    @Option(help: ArgumentHelp("Only those in these states, such as `queued,running`.", valueName: "states"))
    var state: String?

    @OptionGroup var list: ListOptions

    func run() async throws {
        try await list.show(
            "/v1/sequences",
            query: [
                ("context", context), ("stage", stage), ("service", service), ("state", state),
                ("limit", "\(list.limit)"),
            ],
            columns: [
                ListOptions.text("CONTEXT", "context"), ListOptions.time("TRIGGERED", "triggered"),
                ListOptions.text("STATE", "state"),
                ListOptions.lane, ListOptions.text("SEQUENCE", "sequence"), ("TASK", { Self.task($0) }),
            ],
            none: "no sequences; `tidegate trigger` starts one"
        )
    }

    /// The last task, and what it came to.
    private static func task(_ item: JSON) -> String {
        guard let task = item["tasks"]?.array?.last, let name = task["name"]?.text else { return "" }
        return name + (task["result"]?.text.map { ": \($0)" } ?? "")
    }
}

/// `tidegate get events`.
struct GetEventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "List events, in the order of the log."
    )

    @Option(help: "Only those of this run.")
    var context: String?

    @Option(help: "Only those of this type.")
    var type: String?

    @Option(help: "Only those of this stage.")
    var stage: String?

    @Option(help: "Only those of this service.")
    var service: String?

    @Option(help: ArgumentHelp("Only those after this position.", valueName: "position"))
    var after: Int64?

    @OptionGroup var list: ListOptions

    func run() async throws {
        try await list.show(
            "/v1/events",
            query: [
                ("context", context), ("type", type), ("stage", stage), ("service", service),
                ("after", after.map(String.init)), ("limit", "\(list.limit)"),
            ],
            columns: [
                ListOptions.number("POSITION", "position"), ("TIME", { $0["event"]?["time"]?.text ?? "" }),
                ("TYPE", { $0["event"]?["type"]?.text ?? "" }), ("SOURCE", { $0["event"]?["source"]?.text ?? "" }),
                ListOptions.text("IGNORED", "ignored"),
            ],
            none: "no events"
        )
    }
}

/// `tidegate get approvals`.
struct GetApprovalsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "approvals", abstract: "List what waits for a person.")

    @OptionGroup var list: ListOptions

    func run() async throws {
        try await list.show(
            "/v1/approvals",
            query: [],
            columns: [
                ListOptions.text("ID", "id"), ListOptions.time("SINCE", "since"), ListOptions.lane,
                ListOptions.text("EVALUATION", "evaluation"),
            ],
            none: "nothing waits for a person"
        )
    }
}

/// `tidegate get deliveries`.
struct GetDeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "List what those who subscribed were not told of yet."
    )

    @OptionGroup var list: ListOptions

    func run() async throws {
        try await list.show(
            "/v1/deliveries",
            query: [("limit", "\(list.limit)")],
            columns: [
                ListOptions.number("ID", "id"), ListOptions.text("SUBSCRIPTION", "subscription"),
                ListOptions.text("STATE", "state"),
                ListOptions.number("ATTEMPTS", "attempts"), ListOptions.text("REASON", "reason"),
            ],
            none: "everything was delivered"
        )
    }
}
