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
            EvaluateCommand.self, ValidateCommand.self, InitCommand.self, ServeCommand.self, ApplyCommand.self,
            DiffCommand.self, TriggerCommand.self, SendCommand.self, GetCommand.self, ApproveCommand.self,
            GateCommand.self,
            PauseCommand.self, ResumeCommand.self, AbortCommand.self, FreezeCommand.self, UnfreezeCommand.self,
            SimulateCommand.self, ReplayCommand.self,
            TokenCommand.self,
            BackupCommand.self, CheckCommand.self, VersionCommand.self,
        ]
    )

    public init() {}

    /// Runs the program.
    ///
    /// - Parameter arguments: Without the program's name.
    /// - Returns: The exit code.
    public static func start(_ arguments: [String]) async -> Int32 {
        let command: any ParsableCommand
        do {
            command = try parse(verbOf: arguments)
        } catch {
            return explain(error)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                var command = command
                try command.run()
            }
            return 0
        } catch let failure as Failure {
            Terminal.complain(failure.lines)
            return failure.code.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch  where [.success, .validationFailure].contains(exitCode(for: error)) {
            return explain(error)
        } catch {
            Terminal.complain(["tidegate: error: \(error)"])
            return Failure.Code.unavailable.rawValue
        }
    }

    /// Where the first word is a verb and the rest is right, that verb alone is read: to read the whole tree of verbs takes
    /// as long as everything else that a short command does. Help and mistakes need the tree.
    private static func parse(verbOf arguments: [String]) throws -> any ParsableCommand {
        if let word = arguments.first,
            let verb = configuration.subcommands.first(where: { $0.configuration.commandName == word }),
            let command = try? verb.parseAsRoot(Array(arguments.dropFirst())), type(of: command) == verb
        {
            return command
        }
        return try parseAsRoot(arguments)
    }

    /// Prints help where it was asked for, or what is wrong with the arguments.
    private static func explain(_ error: any Error) -> Int32 {
        let text = fullMessage(for: error)
        guard exitCode(for: error) == .success else {
            Terminal.tell(text + "\n")
            return Failure.Code.usage.rawValue
        }
        return (try? Terminal.print(text)) == nil ? Failure.Code.unavailable.rawValue : 0
    }
}
