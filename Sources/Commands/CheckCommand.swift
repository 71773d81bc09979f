import ArgumentParser
import Journal

/// `tidegate check`: whether what is kept is whole.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check that what is kept is whole.",
        discussion: """
            Checks the file, and that what is derived from the events is what the events say. Exits with 1 where \
            something is wrong. With --rebuild it is made again from the events; verdicts as they were given are kept.

            EXAMPLES
              tidegate check
              tidegate check --rebuild
            """
    )

    @OptionGroup var data: DataOptions

    @Flag(help: "Make what is derived from the events again, and check then.")
    var rebuild = false

    func run() throws {
        let journal = try data.journal(isMade: false)
        let problems: [String]
        do throws(JournalFailure) {
            if rebuild { try journal.rebuild() }
            problems = try journal.check()
        } catch {
            throw Failure.unavailable(error.description)
        }
        guard problems.isEmpty else {
            throw Failure(code: .refused, lines: problems.map { "tidegate: error: \($0)" })
        }
        try Terminal.print("whole")
    }
}
