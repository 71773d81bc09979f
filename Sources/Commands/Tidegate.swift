import ArgumentParser
import Foundation

/// The program: its verbs, and what its exit codes mean.
public struct Tidegate: AsyncParsableCommand {
    public static let version = "0.1.0"

    public static let configuration = CommandConfiguration(
        commandName: "tidegate",
        abstract: "Decides whether a release is good enough, and says why.",
        discussion: """
            EXIT CODES
              0  passed (a warning too, unless --fail-on warning)
              1  the gate said no
              2  usage, or an invalid document
              3  it could not be evaluated

            EXAMPLES
              tidegate init
              tidegate evaluate --slo slo.yaml --sli sli.yaml \\
                --provider prometheus=http://127.0.0.1:9090 --window 10m
              tidegate get evaluations
              tidegate --generate-completion-script bash
            """,
        version: version,
        subcommands: [
            EvaluateCommand.self, ValidateCommand.self, ReplayCommand.self, GetCommand.self, InitCommand.self,
            VersionCommand.self,
        ]
    )

    public init() {}

    /// Runs the program.
    ///
    /// - Parameter arguments: Without the program's name.
    /// - Returns: The exit code.
    public static func start(_ arguments: [String]) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let failure as Failure {
            Terminal.complain(failure.lines)
            return failure.code.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            let isHelp = exitCode(for: error) == .success
            let text = fullMessage(for: error)
            if isHelp {
                Terminal.print(text)
            } else {
                Terminal.complain([text])
            }
            return isHelp ? 0 : Failure.Code.usage.rawValue
        }
    }
}
