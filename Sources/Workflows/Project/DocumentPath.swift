/// Where documents stand in a project's folder.
public enum DocumentPath {
    public static let project = "project.yaml"
    public static let shipyard = "shipyard.yaml"
    public static let remediation = "remediation.yaml"
    public static let webhook = "webhook.yaml"

    /// The places of a kind of document for a service in a stage, the most general first.
    ///
    /// - Parameters:
    ///   - name: The file's name: `slo.yaml`.
    ///   - stage: The stage.
    ///   - service: The service.
    /// - Returns: Paths from the project's folder.
    public static func all(_ name: String, stage: String, service: String) -> [String] {
        [name, "services/\(service)/\(name)", "stages/\(stage)/\(name)", "stages/\(stage)/services/\(service)/\(name)"]
    }

    /// Whether a document may stand there: `slo.yaml`, `services/SERVICE/slo.yaml`, `stages/STAGE/services/SERVICE/slo.yaml`.
    public static func isKnown(_ path: String) -> Bool {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.popLast(), !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
            return false
        }
        switch parts.count {
        case 0: return [project, shipyard].contains(String(name)) || names.contains(String(name))
        case 2 where ["services", "stages"].contains(parts[0]), 4 where parts[0] == "stages" && parts[2] == "services":
            return names.contains(String(name))
        default: return false
        }
    }

    private static let names = ["slo.yaml", "sli.yaml", remediation, webhook]
}
