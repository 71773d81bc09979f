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

    static func print(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: .standardOutput)
    }

    static func write(_ data: Data) {
        try? FileHandle.standardOutput.write(contentsOf: data)
    }

    static func complain(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        write(lines.joined(separator: "\n") + "\n", to: .standardError)
    }

    /// Shows a line that the next one replaces; empty to take it away.
    static func progress(_ text: String) {
        guard showsProgress else { return }
        write("\r\u{1B}[2K" + text, to: .standardError)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
