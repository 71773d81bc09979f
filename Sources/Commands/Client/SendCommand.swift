import ArgumentParser
import Events

/// `tidegate send`: hands events in.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send an event, or a list of events.",
        discussion: """
            The file is a CloudEvent in its JSON form, or an array of them, which is kept as a whole or not at all.

            EXAMPLES
              tidegate send finished.json
              jq -c . event.json | tidegate send -
            """
    )

    @Argument(help: ArgumentHelp("The file; `-` for standard input.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let input = try InputFile(file, limit: 8 << 20)
        let isBatch = input.text.first { !$0.isWhitespace } == "["
        let type = isBatch ? "application/cloudevents-batch+json" : "application/cloudevents+json"
        let answer = try await server.client().call(.POST, "/v1/events", body: Array(input.text.utf8), type: type)
        try Terminal.print(String(decoding: answer.bytes, as: UTF8.self))
    }
}
