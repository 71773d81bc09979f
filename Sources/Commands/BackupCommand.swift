import ArgumentParser
import Journal

/// `tidegate backup`: a copy of what is kept, while it is in use.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy what is kept into a file, while it is in use.",
        discussion: """
            To use the copy, put it into a folder of its own under the name \(Journal.fileName).

            EXAMPLES
              tidegate backup /var/backups/tidegate-monday.db
            """
    )

    @Argument(help: ArgumentHelp("The copy; it must not be there yet.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var data: DataOptions

    func run() throws {
        let directory = try data.directory(isMade: false)
        do throws(JournalFailure) {
            try Journal.backup(directory: directory, to: file)
        } catch {
            throw Failure.unavailable(error.description)
        }
    }
}
