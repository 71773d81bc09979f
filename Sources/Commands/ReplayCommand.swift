import ArgumentParser
import Foundation
import Journal
import Objectives

/// `tidegate replay`: a stored verdict again, from its evidence.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Judge a stored evaluation again, from its evidence alone.",
        discussion: """
            No provider is asked. The verdict must come out byte for byte as it was given; where it does not, that is \
            said, and the exit code is 3. Otherwise the exit code is the verdict's, as for evaluate.

            EXAMPLES
              tidegate replay 7d1c2f5e
              tidegate replay 7d1c2f5e -o json
            """
    )

    @Argument(help: "The evaluation's id, or the first four characters or more of it.")
    var id: String

    @OptionGroup var data: DataOptions

    @OptionGroup var report: ReportOptions

    @Option(help: "Exit with 1 for a warning too.")
    var failOn: FailOn?

    func run() throws {
        try report.check(inputs: [])
        let journal = try data.journal(isMade: false)
        let found: StoredEvaluation?
        do throws(JournalFailure) {
            found = try journal.evaluation(id)
        } catch {
            throw Failure.unavailable(error.description)
        }
        guard let stored = found else {
            throw Failure.usage(
                "no evaluation, or more than one, has the id `\(id)`; `tidegate get evaluations` lists them"
            )
        }
        let evaluation: Evaluation
        do throws(UnreadableSLO) {
            evaluation = try Evaluation(stored.evidence)
        } catch {
            throw Failure(code: .unavailable, lines: error.diagnostics.map(\.description))
        }
        try report.print(evaluation, failsOnWarning: failOn == .warning)
        guard try evaluation.json == stored.document else {
            throw Failure.unavailable(
                "the evidence of \(stored.evidence.id) gives another verdict than the one that was stored; was it judged by"
                    + " another version of tidegate?"
            )
        }
        try evaluation.exit(failOnWarning: failOn == .warning)
    }
}
