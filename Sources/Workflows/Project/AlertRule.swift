import Documents
import Events

/// Which lane an alert is about, told from its labels.
public struct AlertRule: Sendable, Equatable {
    /// Labels that the alert has to have, with these values.
    public let match: [String: String]
    public let stage: Template
    public let service: Template

    /// The keys of an item of `alerts` in a project file.
    public enum Fields {
        public static let match = Field(
            "match",
            "a mapping of labels to values",
            default: "every alert",
            "Labels that an alert has to have."
        )
        public static let stage = Field(
            "stage",
            "a name, or `{{labels.NAME}}`",
            is: .required,
            "The stage that it is about."
        )
        public static let service = Field(
            "service",
            "a name, or `{{labels.NAME}}`",
            is: .required,
            "The service that it is about."
        )
        public static let all = [match, stage, service]
    }

    /// The lane of an alert with these labels; nil where the rule is not for it, or a label is missing.
    public func lane(of labels: [String: String], in project: String) -> Lane? {
        guard match.allSatisfy({ labels[$0.key] == $0.value }) else { return nil }
        let values: JSON = ["labels": .object(labels.mapValues { .text($0) })]
        guard let stage = try? stage.render(values), let service = try? service.render(values), !stage.isEmpty,
            !service.isEmpty, !stage.contains(".")
        else { return nil }
        return Lane(project: project, stage: stage, service: service)
    }

    static func decode(_ node: Node, log: DiagnosticLog) -> AlertRule? {
        guard let reader = MappingReader(node, as: "an item of `alerts`", fields: Fields.all, log: log) else {
            return nil
        }
        func template(_ field: Field) -> Template? {
            guard let text = reader.text(field), let place = reader[field]?.position else { return nil }
            do throws(Template.Invalid) {
                return try Template(text.replacing("{{labels.", with: "{{.labels."))
            } catch {
                log.error(at: place, error.description)
                return nil
            }
        }
        guard let stage = template(Fields.stage), let service = template(Fields.service) else { return nil }
        let match = Dictionary(reader.textEntries(Fields.match).map { ($0.name, $0.text) }) { $1 }
        return AlertRule(match: match, stage: stage, service: service)
    }
}
