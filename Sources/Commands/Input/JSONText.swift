import Documents
import Foundation

/// Reads JSON into located nodes: Foundation says whether it is JSON, and the YAML reader where its values stand.
enum JSONText {
    /// - Parameters:
    ///   - text: The text.
    ///   - limit: How many bytes it may have.
    ///   - log: Where mistakes are reported.
    /// - Returns: The root, or nil where it is not JSON; then the log says why.
    static func read(_ text: String, limit: Int, log: DiagnosticLog) -> Node? {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
        } catch {
            let description = (error as NSError).userInfo["NSDebugDescription"] as? String ?? "unreadable"
            let (position, reason) = place(in: description, of: text)
            log.error(at: position, "not JSON: \(reason)")
            return nil
        }
        return YAML.read(text.withoutSurrogates, limit: limit, log: log)
    }

    /// Takes "Invalid value around character 15." apart, and its like with a line and a column.
    private static func place(in description: String, of text: String) -> (Position, String) {
        if let match = description.firstMatch(of: /(.*) around line (\d+), column (\d+)/),
            let line = Int(match.2), let column = Int(match.3)
        {
            return (Position(line: line, column: max(column, 1)), String(match.1).lowercasedFirst)
        }
        guard let match = description.firstMatch(of: /(.*) around character (\d+)/), let offset = Int(match.2) else {
            return (Position(endOf: text[...]), description.lowercasedFirst)
        }
        return (Position(endOf: Substring(text.unicodeScalars.prefix(offset))), String(match.1).lowercasedFirst)
    }
}

extension Position {
    /// Where a text ends.
    fileprivate init(endOf text: Substring) {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        self.init(line: lines.count, column: (lines.last?.count ?? 0) + 1)
    }
}

extension String {
    /// With the characters themselves for pairs of escapes such as `\ud83d\ude00`, which YAML does not have.
    fileprivate var withoutSurrogates: String {
        guard contains("\\u") else { return self }
        return replacing(/\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})/) { match in
            let units = [match.1, match.2].compactMap { UInt16($0, radix: 16) }
            return String(decoding: units, as: UTF16.self)
        }
    }

    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
