import ArgumentParser
import Documents

/// Ends the program with a code and with lines on standard error.
struct Failure: Error {
    enum Code: Int32 {
        /// The gate said no.
        case refused = 1
        /// Usage, or an invalid document.
        case usage = 2
        /// It could not be evaluated.
        case unavailable = 3
    }

    let code: Code
    let lines: [String]
    /// Where it is about documents.
    var diagnostics: [Diagnostic] = []

    static func usage(_ message: String) -> Self { Self(code: .usage, lines: ["tidegate: error: \(message)"]) }

    static func unavailable(_ message: String) -> Self {
        Self(code: .unavailable, lines: ["tidegate: error: \(message)"])
    }

    static func invalid(_ diagnostics: [Diagnostic]) -> Self {
        Self(code: .usage, lines: diagnostics.map(\.description), diagnostics: diagnostics)
    }
}
