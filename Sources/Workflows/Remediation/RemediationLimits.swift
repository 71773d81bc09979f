import Documents
import Events

/// How much is done about problems by itself: the envelope around remediations, per lane.
public struct RemediationLimits: Sendable, Equatable {
    /// Remediations that may begin within an hour.
    public var perHour: Int
    /// From the end of one to the beginning of another.
    public var cooldown: Duration
    /// Whether everything is done but the actions themselves.
    public var dryRun: Bool

    public static let defaultPerHour = 3
    public static let defaultCooldown = Duration.seconds(600)

    public init(perHour: Int = defaultPerHour, cooldown: Duration = defaultCooldown, dryRun: Bool = false) {
        self.perHour = perHour
        self.cooldown = cooldown
        self.dryRun = dryRun
    }

    /// The keys of `remediation` in a project file.
    public enum Fields {
        public static let perHour = Field(
            "perHour",
            "a whole number from 0 to 1000",
            default: "3",
            "Remediations that may begin in a lane within an hour; 0 for none."
        )
        public static let cooldown = Field(
            "cooldown",
            "a duration such as `10m`",
            default: "`10m`",
            "How long a lane is left alone after one."
        )
        public static let dryRun = Field(
            "dryRun",
            "true or false",
            default: "false",
            "Everything is done but the actions."
        )
        public static let all = [perHour, cooldown, dryRun]
    }

    static func decode(_ node: Node, log: DiagnosticLog) -> RemediationLimits? {
        guard let reader = MappingReader(node, as: "`remediation`", fields: Fields.all, log: log) else { return nil }
        var limits = RemediationLimits()
        limits.perHour = reader.integer(Fields.perHour, in: 0...1000) ?? defaultPerHour
        if let text = reader.text(Fields.cooldown), let node = reader[Fields.cooldown] {
            guard let cooldown = Duration(goStyle: text) else {
                log.error(at: node.position, "`cooldown` must be \(Fields.cooldown.form), not \(node.kindName)")
                return nil
            }
            limits.cooldown = cooldown
        }
        limits.dryRun = reader.boolean(Fields.dryRun) ?? false
        return limits
    }
}
