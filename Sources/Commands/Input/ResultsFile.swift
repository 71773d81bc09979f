import Documents
import Events
import Objectives

/// Values and earlier results from JSON files, read by the same strict and located reader as YAML.
enum ResultsFile {
    /// The largest such file: 16 MiB.
    static let limit = 16 << 20

    enum ValueFields {
        static let metric = Field("metric", "text", is: .required, "The indicator's name.")
        static let value = Field("value", "a number", "What was measured.")
        static let success = Field("success", "true or false", default: "true", "Whether there is a value.")
        static let message = Field("message", "text", "Why there is none.")
        static let all = [metric, value, success, message]
    }

    enum EarlierFields {
        static let id = Field("id", "text", "What the verdict calls it.")
        static let result = Field("result", "`pass`, `warning` or `fail`", is: .required, "What it came to.")
        static let values = Field("values", "a list", is: .required, "What was measured.")
        static let all = [id, result, values]
    }

    /// `[{metric, value, success?, message?}]`
    static func values(_ file: InputFile) -> Reading<[Observation]> {
        read(file) { items, log in observations(items, log: log) }
    }

    /// `[{result, values: […]}]`, newest first.
    static func history(_ file: InputFile) -> Reading<[Evidence.Baseline]> {
        read(file) { items, log in
            items.compactMap { item in
                guard let reader = MappingReader(item, as: "an earlier result", fields: EarlierFields.all, log: log),
                    let result = reader.choice(EarlierFields.result, of: Verdict.self)
                else { return nil }
                let values = observations(reader.list(EarlierFields.values), log: log)
                return Evidence.Baseline(id: reader.text(EarlierFields.id), result: result, values: values)
            }
        }
    }

    private static func read<Item>(
        _ file: InputFile,
        _ decode: ([Node], DiagnosticLog) -> [Item]
    ) -> Reading<[Item]> {
        let log = DiagnosticLog(file: file.name)
        guard let root = JSONText.read(file.text, limit: limit, log: log) else { return Reading(value: nil, log: log) }
        guard case .sequence(let items) = root.content else {
            log.error(at: root.position, "expected a JSON array, found \(root.kindName)")
            return Reading(value: nil, log: log)
        }
        return Reading(value: decode(items, log), log: log)
    }

    private static func observations(_ items: [Node], log: DiagnosticLog) -> [Observation] {
        var names = Set<String>()
        return items.compactMap { item in
            guard let reader = MappingReader(item, as: "a value", fields: ValueFields.all, log: log),
                let metric = reader.text(ValueFields.metric)
            else { return nil }
            guard names.insert(metric).inserted else {
                log.error(at: item.position, "`\(metric.abbreviated)` has a value above already")
                return nil
            }
            let message = reader.text(ValueFields.message) ?? ""
            let outcome = outcome(reader, at: item.position, message: message, log: log)
            return Observation(IndicatorValue(metric: metric, outcome: outcome), message: message)
        }
    }

    private static func outcome(
        _ reader: MappingReader,
        at position: Position,
        message: String,
        log: DiagnosticLog
    ) -> IndicatorValue.Outcome {
        guard reader.boolean(ValueFields.success) ?? true else { return .failure(message) }
        guard reader[ValueFields.value] != nil else {
            log.error(at: position, "a value needs `value`: a number; or else `success: false` and a `message`")
            return .failure(message)
        }
        return reader.number(ValueFields.value).map { .value($0) } ?? .failure(message)
    }
}
