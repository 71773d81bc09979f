import Documents
import Indicators
import Objectives
import Orchestrator
import Workflows

/// What kind of document a file holds, and how it is read.
enum DocumentKind: Equatable {
    case slo, sli, project, shipyard, server, remediation, webhook
    /// A document of Keptn's, or of something else, that is not read here.
    case other(String)

    /// By its `kind`, else by its keys, else by the file's name; nil where nothing tells.
    init?(_ root: Node, file: String) {
        guard case .mapping(let entries) = root.content else { return nil }
        if case .scalar(let scalar) = root["kind"]?.content {
            // OpenShift has projects, too.
            let isOurs = root["apiVersion"].map { $0.content.isText(beginningWith: "tidegate.dev/") } ?? true
            switch scalar.text {
            case "Project" where isOurs: self = .project
            case "Shipyard": self = .shipyard
            case "Server" where isOurs: self = .server
            case "Remediation": self = .remediation
            case "WebhookConfig": self = .webhook
            default: self = .other(scalar.text)
            }
            return
        }
        let keys = Set(entries.map(\.key))
        let name = file.split(separator: "/").last.map(String.init)?.lowercased() ?? ""
        if !keys.isDisjoint(with: ["objectives", "total_score", "comparison"]) {
            self = .slo
        } else if keys.contains("indicators") {
            self = .sli
        } else if name.isNamed("slo") {
            self = .slo
        } else if name.isNamed("sli") {
            self = .sli
        } else if name.isNamed("shipyard") {
            self = .shipyard
        } else if keys.contains("remediations") || name.isNamed("remediation") {
            self = .remediation
        } else {
            return nil
        }
    }

    /// Everything that is to be said of a file; one that was named itself, not found in a folder, has to be known.
    static func validate(_ file: InputFile, isNamed: Bool) -> (kind: DocumentKind?, diagnostics: [Diagnostic]) {
        let log = DiagnosticLog(file: file.name)
        guard let root = YAML.read(file.text, log: log) else {
            // In a folder there may be templates and what not; what has the keys of an SLO or SLI file is meant as one.
            let isMeant = file.text.split(separator: /\r?\n/).contains { line in
                ["objectives:", "indicators:", "total_score:"].contains(where: line.hasPrefix)
            }
            return (nil, isNamed || isMeant ? log.diagnostics : [])
        }
        let kind = DocumentKind(root, file: file.name)
        switch kind {
        case .slo: return (kind, SLO.read(file.text, file: file.name).diagnostics)
        case .sli: return (kind, SLI.read(file.text, file: file.name).diagnostics)
        case .project: return (kind, Project.read(file.text, file: file.name).diagnostics)
        case .shipyard: return (kind, Shipyard.read(file.text, file: file.name).diagnostics)
        case .remediation: return (kind, Remediation.read(file.text, file: file.name).diagnostics)
        case .webhook: return (kind, WebhookConfig.read(file.text, file: file.name).diagnostics)
        case .server: return (kind, ServerFile.read(file.text, file: file.name).diagnostics)
        case .other(let name):
            guard isNamed else { return (kind, []) }
            log.error(
                at: root["kind"]?.position ?? .start,
                "a document of the kind `\(name.abbreviated)` is not read by this version"
            )
        case nil:
            guard isNamed else { return (kind, []) }
            log.error(
                at: root.position,
                "neither an SLO file (`objectives`, `total_score`) nor an SLI file (`indicators`) nor a project file (`kind: Project`) nor a shipyard (`kind: Shipyard`)"
            )
        }
        return (kind, log.diagnostics)
    }
}

extension Node.Content {
    fileprivate func isText(beginningWith prefix: String) -> Bool {
        guard case .scalar(let scalar) = self else { return false }
        return scalar.text.hasPrefix(prefix)
    }
}

extension String {
    /// Whether a file name has this word in it: `slo.yaml`, `checkout-slo.yaml`, but not `slow.yaml`.
    fileprivate func isNamed(_ word: String) -> Bool {
        split { !$0.isLetter }.contains { $0 == word }
    }
}
