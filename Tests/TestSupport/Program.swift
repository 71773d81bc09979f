import Foundation
import Subprocess
import SystemPackage

/// What a program said, and how it ended.
public struct ProgramResult: Sendable {
    public let code: Int32
    public let output: String
    public let errors: String
}

/// Runs programs to their end.
public enum Program {
    /// The built binary: the debug build's, or the one that `TIDEGATE` names.
    public static var tidegatePath: String {
        ProcessInfo.processInfo.environment["TIDEGATE"] ?? Repository.root.appending(path: ".build/debug/tidegate").path
    }

    /// Runs tidegate, as a process, without anything of this process' environment that could change what it does.
    public static func tidegate(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        folder: String? = nil
    ) async throws -> ProgramResult {
        let home = try TemporaryFolder()
        defer { withExtendedLifetime(home) {} }
        let base = ["PATH": "/usr/bin:/bin", "HOME": home.path]
        return try await run(
            tidegatePath,
            arguments,
            environment: base.merging(environment) { $1 },
            input: input,
            folder: folder
        )
    }

    public static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        input: String = "",
        folder: String? = nil
    ) async throws -> ProgramResult {
        let variables = environment.map { values in
            Environment.custom(
                Dictionary(uniqueKeysWithValues: values.map { (Environment.Key(stringLiteral: $0), $1) })
            )
        }
        let configuration = Configuration(
            executable: path.contains("/") ? .path(FilePath(path)) : .name(path),
            arguments: Arguments(arguments),
            environment: variables ?? .inherit,
            workingDirectory: folder.map { FilePath($0) }
        )
        // Not through a pipe: the end of a process that does not read it could be missed.
        let place = try TemporaryFolder()
        let file = try FileDescriptor.open(FilePath(try place.write("input", input)), .readOnly)
        let result = try await Subprocess.run(
            configuration,
            input: .fileDescriptor(file, closeAfterSpawningProcess: true),
            output: .string(limit: 16 << 20),
            error: .string(limit: 16 << 20)
        )
        return ProgramResult(result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    }
}

extension ProgramResult {
    fileprivate init(_ status: TerminationStatus, output: String, errors: String) {
        code =
            switch status {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        self.output = output
        self.errors = errors
    }
}
