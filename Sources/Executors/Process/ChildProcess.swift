import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Runs a program in a process group of its own, within limits, and ends the whole group with it.
struct ChildProcess: Sendable {
    enum End: Sendable, Equatable {
        case exited(Int32)
        case signaled(Int32)
        case timedOut
        case cancelled
        case notStarted(String)
    }

    struct Result: Sendable {
        let end: End
        let output: Capture
        let errors: Capture
    }

    let program: String
    var arguments: [String] = []
    /// Nothing else of the server's environment is there.
    var environment: [String: String] = [:]
    let folder: String
    var input: [UInt8] = []
    var cpuSeconds: Int?
    var memory: Int64?

    private static let watchInterval = Duration.milliseconds(50)

    /// What the one that runs and the one that watches share.
    private final class Shared: Sendable {
        let group = Mutex<pid_t?>(nil)
        let end = Mutex<End?>(nil)

        /// - Parameter end: Why; the first one counts.
        func kill(_ end: End?) {
            group.withLock { group in
                guard let group else { return }
                if let end { self.end.withLock { $0 = $0 ?? end } }
                _ = Foundation.kill(-group, SIGKILL)
            }
        }
    }

    /// - Parameter timeout: After it the group is killed.
    /// - Returns: How it ended; where the task is cancelled, the group is killed too.
    func run(timeout: Duration) async -> Result {
        let shared = Shared()
        return await withTaskCancellationHandler {
            await withTaskGroup(of: Result?.self) { tasks in
                tasks.addTask { await start(shared) }
                tasks.addTask {
                    await Self.watch(shared, timeout: timeout)
                    return nil
                }
                var result: Result?
                while result == nil, let next = await tasks.next() { result = next }
                tasks.cancelAll()
                return result ?? Result(end: .notStarted("it did not start"), output: Capture(), errors: Capture())
            }
        } onCancel: {
            shared.kill(.cancelled)
        }
    }

    private func start(_ shared: Shared) async -> Result {
        var options = PlatformOptions()
        options.processGroupID = 0
        let configuration = Configuration(
            executable: .path(FilePath(command.program)),
            arguments: Arguments(command.arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
            ),
            workingDirectory: FilePath(folder),
            platformOptions: options
        )
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .fileDescriptor(try inputFile(), closeAfterSpawningProcess: true),
                output: .sequence,
                error: .sequence
            ) { execution in
                let process = execution.processIdentifier.value
                shared.group.withLock { $0 = process }
                if Task.isCancelled { shared.kill(.cancelled) }
                async let output = Self.capture(execution.standardOutput)
                async let errors = Self.capture(execution.standardError)
                return (await output, await errors)
            }
            // What it left behind in its group goes with it.
            shared.kill(nil)
            let end: End =
                switch result.terminationStatus {
                case .exited(let code): .exited(code)
                case .signaled(let signal): .signaled(signal)
                }
            return Result(
                end: shared.end.withLock { $0 } ?? end,
                output: result.closureResult.0,
                errors: result.closureResult.1
            )
        } catch {
            let end = shared.end.withLock { $0 } ?? .notStarted("\(program) can't be run: \(error)")
            return Result(end: end, output: Capture(), errors: Capture())
        }
    }

    /// Ends the group at its time, and when the program itself has ended and others of its group hold its output open.
    private static func watch(_ shared: Shared, timeout: Duration) async {
        let end = ContinuousClock.now + timeout
        while !Task.isCancelled {
            guard ContinuousClock.now < end else { return shared.kill(.timedOut) }
            if let process = shared.group.withLock({ $0 }), isZombie(process) { shared.kill(nil) }
            try? await Task.sleep(for: watchInterval)
        }
    }

    private static func isZombie(_ process: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return text[(text.lastIndex(of: ")") ?? text.startIndex)...].hasPrefix(") Z")
    }

    /// Not a pipe: a program need not read what it is given, and may end before it has.
    private func inputFile() throws -> FileDescriptor {
        guard !input.isEmpty else { return try .open("/dev/null", .readOnly) }
        let path = FileManager.default.temporaryDirectory.appending(path: "tidegate-input-\(UUID().uuidString)").path
        let options: FileDescriptor.OpenOptions = [.create, .exclusiveCreate, .closeOnExec]
        let file = try FileDescriptor.open(FilePath(path), .readWrite, options: options, permissions: .ownerReadWrite)
        // It is gone for everybody who does not have it open.
        try? FileManager.default.removeItem(atPath: path)
        do {
            try file.writeAll(input)
            try file.seek(offset: 0, from: .start)
            return file
        } catch {
            try? file.close()
            throw error
        }
    }

    /// The program that sets limits and then becomes the one that is meant: so that there is no moment without them.
    private static let limiter = "/usr/bin/prlimit"

    /// What is started in its place.
    private var command: (program: String, arguments: [String]) {
        let limits = [cpuSeconds.map { "--cpu=\($0)" }, memory.map { "--as=\($0)" }].compactMap(\.self)
        guard !limits.isEmpty else { return (program, arguments) }
        return (Self.limiter, limits + ["--core=0", program] + arguments)
    }

    private static func capture(_ sequence: SubprocessOutputSequence) async -> Capture {
        var capture = Capture()
        do {
            for try await buffer in sequence { buffer.withUnsafeBytes { capture.append($0) } }
        } catch {
            // It was killed; what it has said is kept.
        }
        return capture
    }
}
