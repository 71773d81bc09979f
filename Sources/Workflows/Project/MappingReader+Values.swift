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

    /// The texts of a list, each with its place; what is no text is reported.
    public func texts(_ field: Field, log: DiagnosticLog) -> [(text: String, position: Position)] {
        list(field).compactMap { item in
            if case .scalar(let scalar) = item.content, !scalar.text.isEmpty { return (scalar.text, item.position) }
            log.error(at: item.position, "expected text in `\(field.name)`, found \(item.kindName)")
            return nil
        }
    }

    private static let units: [(suffix: String, bytes: Int64)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]

    /// A number of bytes: `512MiB`, `10GiB`.
    public func size(_ field: Field, log: DiagnosticLog) -> Int64? {
        guard let text = text(field), let node = self[field] else { return nil }
        for (suffix, bytes) in Self.units where text.hasSuffix(suffix) {
            if let number = Int64(text.dropLast(suffix.count)), (1...1 << 20).contains(number) { return number * bytes }
        }
        log.error(at: node.position, "`\(field.name)` must be \(field.form), not \(node.kindName)")
        return nil
    }

    /// Text with places for an event's values.
    func template(_ field: Field, log: DiagnosticLog) -> Template? {
        guard let text = text(field), let place = self[field]?.position else { return nil }
        return Template.read(text, at: place, log: log)
    }

    func templates(_ field: Field, log: DiagnosticLog) -> [Template] {
        texts(field, log: log).compactMap { Template.read($0.text, at: $0.position, log: log) }
    }

    func namedTemplates(_ field: Field, log: DiagnosticLog) -> [String: Template] {
        let places = Dictionary(entries(field).map { ($0.key, $0.value.position) }) { first, _ in first }
        var templates: [String: Template] = [:]
        for (name, text) in textEntries(field) {
            templates[name] = Template.read(text, at: places[name] ?? position, log: log)
        }
        return templates
    }
}

extension Template {
    /// Reports what can't be read.
    static func read(_ text: String, at position: Position, log: DiagnosticLog) -> Template? {
        do throws(Invalid) {
            return try Template(text)
        } catch {
            log.error(at: position, error.description)
            return nil
        }
    }
}
