import Documents
import Events

extension MappingReader {
    /// A duration, also in whole days: `30d`.
    public func age(_ field: Field, log: DiagnosticLog) -> Duration? {
        guard let text = text(field), let node = self[field] else { return nil }
        let days =
            text.hasSuffix("d") ? Int(text.dropLast()).map { Duration.seconds(min(max($0, 0), 40_000) * 86_400) } : nil
        guard let age = days ?? Duration(goStyle: text), age >= Retention.shortest else {
            log.error(
                at: node.position,
                "`\(field.name)` must be a duration such as `720h` or `30d`, at least \(Retention.shortest.text), not \(node.kindName)"
            )
            return nil
        }
        return age
    }

    /// A duration that is not zero.
    public func duration(_ field: Field, log: DiagnosticLog) -> Duration? {
        guard let text = text(field), let node = self[field] else { return nil }
        if let duration = Duration(goStyle: text), duration > .zero { return duration }
        log.error(at: node.position, "`\(field.name)` must be \(field.form), not \(node.kindName)")
        return nil
    }

    /// A path; one that is not absolute starts from the folder of the document.
    public func path(_ field: Field, log: DiagnosticLog) -> String? {
        guard let text = text(field) else { return nil }
        guard !text.hasPrefix("/") else { return text }
        let folder = log.file.lastIndex(of: "/").map { String(log.file[...$0]) } ?? ""
        return folder + text
    }
}
