import Documents

extension SLI {
    /// The keys of an SLI file.
    public enum Fields {
        public static let version = Field("spec_version", "text", "The version of the specification; any is read.")
        public static let indicators = Field(
            "indicators",
            "a mapping of names to queries",
            is: .required,
            "The query of each indicator, with placeholders such as `$SERVICE` and `$DURATION_SECONDS`."
        )
        public static let all = [version, indicators]
    }

    /// Reads an SLI file.
    ///
    /// - Parameters:
    ///   - text: The YAML text.
    ///   - file: Its name, for the diagnostics.
    /// - Returns: What it says, and what there is to say about it.
    public static func read(_ text: String, file: String) -> Reading<SLI> {
        let log = DiagnosticLog(file: file)
        return Reading(value: YAML.read(text, log: log).flatMap { decode($0, log: log) }, log: log)
    }

    static func decode(_ root: Node, log: DiagnosticLog) -> SLI? {
        guard let reader = MappingReader(root, as: "an SLI file", fields: Fields.all, log: log) else { return nil }
        return SLI(indicators: reader.entries(Fields.indicators).compactMap { Indicator.decode($0, log: log) })
    }
}

extension Indicator {
    /// The keys of an indicator that is written as a mapping.
    public enum Fields {
        public static let query = Field("query", "text", is: .required, "The query, as in the short form.")
        public static let provider = Field(
            "provider",
            "text",
            default: "the first one",
            "The provider to ask, by name."
        )
        public static let all = [query, provider]
    }

    /// A query, a mapping with `query` and `provider`, or something that another provider may understand.
    static func decode(_ entry: Node.Entry, log: DiagnosticLog) -> Indicator? {
        func indicator(_ source: Source) -> Indicator {
            Indicator(name: entry.key, source: source, file: log.file, position: entry.value.position)
        }
        switch entry.value.content {
        case .scalar(let scalar):
            guard !scalar.text.allSatisfy(\.isWhitespace), !entry.value.isNull else {
                log.warning(
                    at: entry.keyPosition,
                    "indicator `\(entry.key.abbreviated)` has no query, so it can't be asked for"
                )
                return indicator(.foreign)
            }
            return indicator(.query(scalar.text, provider: nil))
        case .sequence:
            log.error(at: entry.value.position, "indicator `\(entry.key.abbreviated)` must be a query, not a list")
            return nil
        case .mapping:
            guard entry.value[Fields.query.name] != nil else { return indicator(.foreign) }
            let name = "indicator `\(entry.key.abbreviated)`"
            guard let reader = MappingReader(entry.value, as: name, fields: Fields.all, log: log),
                let query = reader.text(Fields.query)
            else { return nil }
            return indicator(.query(query, provider: reader.text(Fields.provider)))
        }
    }
}
