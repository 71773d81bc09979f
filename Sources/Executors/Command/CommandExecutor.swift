import Events
import Foundation
import Workflows

/// Runs a program for a task: never by a shell, and only one that the project and the server's operator both list.
///
/// The task's event comes on its standard input. What it says on its standard output is the result where that is a JSON
/// object; else its exit code is.
struct CommandExecutor: Sendable {
    /// Those of the operator.
    let programs: [String]
    /// Those that the operator lets be set or passed on: by some, a program can be made to do anything.
    let variables: [String]
    let environment: [String: String]

    func callAsFunction(_ work: CommandWork, _ event: Event, allow: Allow, timeout: Duration) async -> ActionResult {
        guard allow.commands.contains(work.program) else {
            return .failed("the project does not allow \(work.program): add it to `allow.commands` of project.yaml")
        }
        guard programs.contains(work.program) else {
            return .failed(
                "the server's operator does not allow \(work.program): it is not among `commands` of the server file"
            )
        }
        for name in work.passes + work.environment.keys.sorted() where !variables.contains(name) {
            return .failed(
                "the server's operator does not allow the variable \(name): it is not among `variables` of the server file"
            )
        }
        let values = JSON(templatedEvent: event)
        let process: ChildProcess
        let scratch = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString)")
        do {
            var variables = ["TIDEGATE_IDEMPOTENCY_KEY": event.id, "PATH": "/usr/local/bin:/usr/bin:/bin"]
            for name in work.passes { variables[name] = environment[name] }
            for (name, template) in work.environment { variables[name] = try template.render(values) }
            if work.folder == nil {
                try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
            }
            process = ChildProcess(
                program: work.program,
                arguments: try work.arguments.map { try $0.render(values) },
                environment: variables,
                folder: work.folder ?? scratch.path,
                input: event.body,
                cpuSeconds: work.cpuSeconds,
                memory: work.memory
            )
        } catch let error as Template.Missing {
            return .failed(error.description)
        } catch {
            return .failed("no folder to run in can be made: \(error.localizedDescription)")
        }
        let result = await process.run(timeout: timeout)
        try? FileManager.default.removeItem(at: scratch)
        return Self.result(result, of: work.program, timeout: timeout)
    }

    private static func result(_ result: ChildProcess.Result, of program: String, timeout: Duration) -> ActionResult {
        let output: JSON = ["stdout": .text(result.output.text), "stderr": .text(result.errors.text)]
        let name = program.split(separator: "/").last.map(String.init) ?? program
        switch result.end {
        case .notStarted(let message): return .failed(message)
        case .timedOut: return .failed("`\(name)` did not end within \(timeout.text) and was killed", output: output)
        case .cancelled:
            return ActionResult(.aborted, .fail, "`\(name)` was killed: the task was ended", output: output)
        case .signaled(let signal): return .failed("`\(name)` was ended by the signal \(signal)", output: output)
        case .exited(let code):
            var found =
                code == 0
                ? .passed("`\(name)` ended with 0", output: output)
                : ActionResult(.succeeded, .fail, "`\(name)` ended with \(code)\(last(result.errors))", output: output)
            guard let whole = result.output.whole else {
                // What can't be read might say that it has failed.
                guard result.output.head.first == UInt8(ascii: "{"), code == 0 else { return found }
                return .failed("`\(name)` said more than \(2 * Capture.limit >> 10) KiB of JSON", output: output)
            }
            if let json = try? JSON(parsing: whole, depth: 10), json.object != nil { found.takeIn(json) }
            return found
        }
    }

    /// The last line that it said on its standard error.
    private static func last(_ errors: Capture) -> String {
        let line = errors.text.split(whereSeparator: \.isNewline).last.map { $0.prefix(200) } ?? ""
        return line.isEmpty ? "" : ": \(line)"
    }
}

extension ActionResult {
    /// What a program says of itself: `result`, `message`, and anything else for later tasks. A failure stays one.
    fileprivate mutating func takeIn(_ json: JSON) {
        if let result = json["result"]?.text.flatMap(Verdict.init(rawValue:)), outcome.result != .fail {
            outcome.result = result
        }
        if let message = json["message"]?.text { outcome.message = message }
        var rest = json.object ?? [:]
        for name in ["result", "message", "status"] { rest[name] = nil }
        data = .object(rest)
    }
}
