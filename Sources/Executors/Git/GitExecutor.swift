import Events
import Foundation
import Journal
import Synchronization
import Workflows

/// Writes values into a YAML file of a repository, commits and pushes it: a promotion, for whoever deploys what is there.
///
/// The commit names the task. Where one that does is there already, the work was done before the server died.
struct GitExecutor: Sendable {
    let journal: Journal
    let environment: [String: String]

    /// The trailer by which a commit is known.
    private static let trailer = "Tidegate-Task"
    /// Others may push meanwhile so often.
    private static let pushes = 5

    private struct Failed: Error {
        let message: String
    }

    func callAsFunction(_ work: GitWork, _ event: Event, timeout: Duration) async -> ActionResult {
        let said = Mutex(Capture())
        var result = await attempt(work, event, timeout: timeout) { bytes in said.withLock { $0.append(bytes) } }
        result.output = ["git": .text(said.withLock(\.text))]
        return result
    }

    /// What git says of what it does.
    private typealias Log = @Sendable ([UInt8]) -> Void

    private func attempt(_ work: GitWork, _ event: Event, timeout: Duration, log: @escaping Log) async -> ActionResult {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-git-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let end = ContinuousClock.now + timeout
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            return try await promote(work, event, in: folder, until: end, log: log)
        } catch let failed as Failed {
            return .failed(failed.message)
        } catch let missing as Template.Missing {
            return .failed(missing.description)
        } catch {
            return .failed("git: \(error.localizedDescription)")
        }
    }

    private func promote(
        _ work: GitWork,
        _ event: Event,
        in folder: String,
        until end: ContinuousClock.Instant,
        log: @escaping Log
    ) async throws -> ActionResult {
        let values = JSON(templatedEvent: event)
        let git = { (arguments: [String]) async throws -> String in
            try await run(arguments, work, in: folder, until: end, log: log)
        }
        _ = try await git([
            "clone", "--quiet", "--depth", "50", "--single-branch", "--branch", work.branch, "--", work.repository,
            "repository",
        ])
        let name = try work.file.render(values)
        guard !name.split(separator: "/").contains(".."), !name.hasPrefix("/"), !name.hasPrefix(".git/") else {
            throw Failed(message: "`\(name)` is not a file of the repository")
        }
        for attempt in 1...Self.pushes {
            if let commit = try await done(event, git) {
                return .passed(
                    "\(work.branch) has it already, in \(commit.prefix(12))",
                    data: ["commit": .text(commit)]
                )
            }
            guard try edit(folder + "/repository/" + name, name, work, values) else {
                return .passed("`\(name)` says so already", data: ["file": .text(name)])
            }
            _ = try await git(["-C", "repository", "add", "--", name])
            let message = try message(work, event, values, file: name)
            _ = try await git(["-C", "repository", "commit", "--quiet", "--message", message])
            let commit = try await git(["-C", "repository", "rev-parse", "HEAD"]).trimmingCharacters(
                in: .whitespacesAndNewlines
            )
            do {
                _ = try await git(["-C", "repository", "push", "--quiet", "origin", "HEAD:refs/heads/\(work.branch)"])
                return .passed(
                    "committed \(commit.prefix(12)) to \(work.branch)",
                    data: ["commit": .text(commit), "branch": .text(work.branch), "file": .text(name)]
                )
            } catch let failed as Failed where attempt < Self.pushes && failed.message.isOfAMovedBranch {
                // Somebody was faster: on what is there now, the values are written again.
                _ = try await git(["-C", "repository", "fetch", "--quiet", "--depth", "50", "origin", work.branch])
                _ = try await git(["-C", "repository", "reset", "--quiet", "--hard", "FETCH_HEAD"])
            }
        }
        throw Failed(message: "the branch \(work.branch) moved each time that it was pushed to")
    }

    /// The commit that an earlier try has made; nil where there is none.
    private func done(_ event: Event, _ git: ([String]) async throws -> String) async throws -> String? {
        let found = try await git([
            "-C", "repository", "log", "--format=%H", "--fixed-strings", "--grep", "\(Self.trailer): \(event.id)",
        ])
        return found.split(separator: "\n").first.map(String.init)
    }

    /// - Returns: Whether something had to be changed.
    private func edit(_ path: String, _ name: String, _ work: GitWork, _ values: JSON) throws -> Bool {
        // A link could lead out of the repository.
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular,
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { throw Failed(message: "there is no file `\(name)` in the repository") }
        var edit = YAMLEdit(text)
        for (place, value) in work.set.sorted(by: { $0.key < $1.key }) {
            do throws(YAMLEdit.Impossible) {
                try edit.set(place, to: try rendered(value, values))
            } catch {
                throw Failed(message: "`\(name)`: \(error.message)")
            }
        }
        guard edit.text != text else { return false }
        try edit.text.write(toFile: path, atomically: true, encoding: .utf8)
        return true
    }

    private func rendered(_ template: Template, _ values: JSON) throws(YAMLEdit.Impossible) -> String {
        do throws(Template.Missing) {
            return try template.render(values)
        } catch {
            throw YAMLEdit.Impossible(message: error.description)
        }
    }

    /// Its first line names what is done and the verdict; the trailers say where it comes from.
    private func message(_ work: GitWork, _ event: Event, _ values: JSON, file: String) throws -> String {
        let lane = event.lane.map { "\($0.project)/\($0.stage)/\($0.service)" } ?? ""
        let result = event.data["result"]?.text.map { " after \($0)" } ?? ""
        let subject = try work.message?.render(values) ?? "Update \(file) for \(lane)\(result)"
        var lines = [String(subject.split(whereSeparator: \.isNewline).first ?? "Update \(file)"), ""]
        if let id = try journal.lastEvaluation(ofContext: event.context),
            let evaluation = try journal.evaluation(id).flatMap({ try? JSON(parsing: Array($0.document)) }),
            let reason = evaluation["reason"]?.text
        {
            lines += [
                "Verdict: \(reason.split(whereSeparator: \.isNewline).joined(separator: " "))", "",
                "Tidegate-Evaluation: \(id)",
            ]
        }
        lines += ["Tidegate-Context: \(event.context)", "\(Self.trailer): \(event.id)"]
        return lines.joined(separator: "\n")
    }

    /// Runs git with nothing of this machine's configuration, hooks, and helpers.
    private func run(
        _ arguments: [String],
        _ work: GitWork,
        in folder: String,
        until end: ContinuousClock.Instant,
        log: Log
    ) async throws -> String {
        let (name, address) = work.author.signature
        var variables = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ALLOW_PROTOCOL": "https:http:ssh:file",
            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": address, "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": address,
        ]
        for variable in ["SSH_AUTH_SOCK", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"] {
            variables[variable] = environment[variable]
        }
        var options = ["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "core.symlinks=false"]
        if let keyFile = work.keyFile {
            variables["GIT_SSH_COMMAND"] =
                "ssh -i '\(keyFile.replacing("'", with: ""))' -o BatchMode=yes -o IdentitiesOnly=yes"
        }
        if let file = work.credentialsFile { options += ["-c", "credential.helper=store --file=\(file)"] }
        let process = ChildProcess(
            program: "/usr/bin/git",
            arguments: options + arguments,
            environment: variables,
            folder: folder
        )
        let result = await process.run(timeout: max(.zero, end - .now))
        // Not with its arguments: a repository's URL is nobody's business.
        let verb = arguments.first { !$0.hasPrefix("-") && $0 != "repository" } ?? ""
        log(Array("$ git \(verb)\n\(result.output.text)\(result.errors.text)".utf8))
        switch result.end {
        case .exited(0): return result.output.text
        case .exited:
            throw Failed(message: "git \(verb): \(result.errors.text.lastLine)")
        case .timedOut: throw Failed(message: "git did not end in time")
        case .cancelled: throw Failed(message: "git was ended: so was the task")
        case .signaled(let signal): throw Failed(message: "git was ended by the signal \(signal)")
        case .notStarted(let message): throw Failed(message: message)
        }
    }
}

extension String {
    fileprivate var isOfAMovedBranch: Bool {
        ["rejected", "fetch first", "non-fast-forward", "cannot lock ref", "failed to push"].contains(where: contains)
    }

    fileprivate var lastLine: String {
        split(whereSeparator: \.isNewline).last { !$0.hasPrefix("hint:") }.map { String($0.prefix(300)) }
            ?? "it said nothing"
    }

    /// `NAME <ADDRESS>` taken apart.
    fileprivate var signature: (name: String, address: String) {
        guard let start = firstIndex(of: "<"), let end = lastIndex(of: ">"), start < end else {
            return (self, "tidegate@localhost")
        }
        return (self[..<start].trimmingCharacters(in: .whitespaces), String(self[index(after: start)..<end]))
    }
}
