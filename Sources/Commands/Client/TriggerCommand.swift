import ArgumentParser
import Documents
import Events
import Foundation

/// `tidegate trigger`: starts a sequence.
struct TriggerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger",
        abstract: "Start a sequence of a shipyard.",
        discussion: """
            With --wait it exits with 0 once all sequences of the run have ended well, with 1 where one has failed, and with \
            3 where they did not end in time.

            EXAMPLES
              tidegate trigger delivery --project shop --stage staging --service carts --label version=1.4
              tidegate trigger evaluation --project shop --stage staging --service carts \\
                --data '{"evaluation": {"timeframe": "5m"}}' --wait 2m
            """
    )

    @Argument(help: "The sequence's name.")
    var sequence: String

    @OptionGroup var lane: LaneOptions
    @OptionGroup var labels: LabelOptions

    @Option(help: ArgumentHelp("What its tasks are told: a JSON object.", valueName: "json"))
    var data: String?

    @Option(help: ArgumentHelp("Wait until everything that it sets off has ended.", valueName: "duration"))
    var wait: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var body = lane.json
        body["sequence"] = .text(sequence)
        let labels = try labels.labels()
        if !labels.isEmpty { body["labels"] = .object(labels.mapValues { .text($0) }) }
        if let data {
            do throws(JSONFault) {
                body["data"] = try JSON(parsing: Array(data.utf8))
            } catch {
                throw Failure.usage("`--data`: not JSON: \(error)")
            }
        }
        let patience = try wait.map { text throws(Failure) in
            guard let duration = Duration(goStyle: text) else {
                throw .usage("`--wait \(text.abbreviated)`: expected a duration such as 90s or 10m")
            }
            return duration
        }
        let client = try server.client()
        let answer = try await client.call(.POST, "/v1/sequences", body: body.bytes).json
        let context = answer["context"]?.text ?? ""
        try Terminal.print(context)
        if let patience { try await follow(context, client, for: patience) }
    }

    private func follow(_ context: String, _ client: ServerClient, for patience: Duration) async throws {
        let end = ContinuousClock.now + patience
        var told = Set<String>()
        while true {
            let items = try await client.call(.GET, "/v1/sequences/\(context.urlEscaped)").json["items"]?.array ?? []
            for item in items {
                let name = "\(item["stage"]?.text ?? "").\(item["sequence"]?.text ?? "")"
                let line =
                    "\(name): \(item["state"]?.text ?? "")"
                    + (item["message"]?.text.map { $0.isEmpty ? "" : ", \($0)" } ?? "")
                if told.insert(line).inserted { Terminal.complain([line]) }
            }
            let states = items.compactMap { $0["state"]?.text }
            if !states.isEmpty, states.allSatisfy({ !["queued", "running", "waiting", "paused"].contains($0) }) {
                guard states.allSatisfy({ $0 == "succeeded" }) else { throw ExitCode(Failure.Code.refused.rawValue) }
                return
            }
            guard ContinuousClock.now < end else {
                throw Failure.unavailable(
                    "it did not end within \(patience.text); `tidegate get sequences` shows how it goes on"
                )
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
