import ArgumentParser

/// `tidegate version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() throws {
        try Terminal.print("tidegate \(Tidegate.version)")
    }
}
