import ArgumentParser

/// `tidegate get`: lists what is kept.
struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "List what is kept.",
        subcommands: [
            GetEvaluationsCommand.self, GetSequencesCommand.self, GetEventsCommand.self, GetApprovalsCommand.self,
            GetDeliveriesCommand.self,
        ]
    )
}
