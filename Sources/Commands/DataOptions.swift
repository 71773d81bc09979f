import ArgumentParser
import Foundation
import Journal

/// Where results are kept.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where results are kept (default: the user's state directory).", valueName: "dir"),
        completion: .directory
    )
    var dataDir: String?

    /// - Parameter isMade: Whether it is made where it is missing; else that is an error.
    /// - Returns: The journal, open.
    /// - Throws: ``Failure`` where it can't be used.
    func journal(isMade: Bool = true) throws -> Journal {
        let directory = try directory(isMade: isMade)
        do throws(JournalFailure) {
            return try Journal(directory: directory)
        } catch {
            throw Failure.unavailable(error.description)
        }
    }

    /// The data directory; where it is not to be made, it has to have a journal.
    func directory(isMade: Bool) throws -> String {
        let directory = try DataDirectory.path(dataDir)
        guard isMade || FileManager.default.fileExists(atPath: directory + "/" + Journal.fileName) else {
            throw Failure.usage("nothing was kept in \(directory) yet; `tidegate evaluate` does")
        }
        return directory
    }
}
