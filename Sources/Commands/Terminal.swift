import Documents
import Foundation

/// Standard output and standard error.
enum Terminal {
    static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Whether standard output shows colours: on a terminal, unless `NO_COLOR` is set.
    static var hasColor: Bool {
        isatty(STDOUT_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// Whether somebody watches standard error, so that progress is worth showing.
    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb" }

    /// - Throws: ``Failure`` where standard output takes nothing more: what was not said must not look like success.
    static func print(_ text: String) throws(Failure) {
        try write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }

    static func write(_ data: Data) throws(Failure) {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            throw .unavailable("standard output can't be written to")
        }
    }

    /// Writes lines to standard error; what they quote can't move the cursor or begin another line.
    static func complain(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        tell(lines.map(\.printable).joined(separator: "\n") + "\n")
    }

    /// Writes text of several lines, our own, to standard error.
    static func tell(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Asks whether to go on, where somebody can answer; where nobody can, going on was said by the command itself.
    static func confirm(_ question: String) -> Bool {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return true }
        tell("\(question) [y/N] ")
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }

    /// Shows a line that the next one replaces; empty to take it away.
    static func progress(_ text: String) {
        guard showsProgress else { return }
        tell("\r\u{1B}[2K" + text)
    }
}
