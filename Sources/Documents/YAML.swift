/// Reads YAML (1.1, by libyaml) into a tree of located nodes.
public enum YAML {
    /// Reads a text with one document.
    ///
    /// A byte-order mark and CRLF line ends are read as they are. Time and memory are bounded by ``Limits``.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - limit: How many bytes it may have.
    ///   - log: Where mistakes are reported.
    /// - Returns: The document's root, or nil where it can't be read; then the log says why.
    public static func read(_ text: String, limit: Int = Limits.bytes, log: DiagnosticLog) -> Node? {
        guard text.utf8.count <= limit else {
            log.error(at: .start, "the file is larger than \(limit >> 20) MiB")
            return nil
        }
        var composer = Composer(text.first == "\u{FEFF}" ? String(text.dropFirst()) : text, log: log)
        return composer.compose()
    }
}
