import ArgumentParser
import Journal

/// Where results are kept.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where results are kept (default: the user's state directory).", valueName: "dir"))
    var dataDir: String?

    func journal() throws -> Journal {
        do {
            return try Journal(directory: DataDirectory.path(dataDir))
        } catch let failure as JournalFailure {
            throw Failure.unavailable(failure.description)
        }
    }
}
