import Documents
import Foundation
import Indicators
import Objectives
import Orchestrator
import TestSupport
import Testing
import Workflows

/// The reference in `docs/` is held against the decoder, so that it can't be wrong.
@Suite("The file reference")
struct ReferenceTests {
    /// The part of the reference, by the heading above its table, and the keys that the decoder knows there.
    static let parts: [(page: String, heading: String, fields: [Field])] = [
        ("slo-file", "## The file", SLO.Fields.all),
        ("slo-file", "## comparison", SLO.ComparisonFields.all),
        ("slo-file", "## objectives", SLO.ObjectiveFields.all),
        ("slo-file", "### pass and warning", SLO.GroupFields.all),
        ("slo-file", "## total_score", SLO.TotalScoreFields.all),
        ("sli-file", "## The file", SLI.Fields.all),
        ("sli-file", "### An indicator as a mapping", Indicator.Fields.all),
        ("project-file", "## The file", Project.Fields.all),
        ("project-file", "### metadata", Project.MetadataFields.all),
        ("project-file", "## spec", Project.SpecFields.all),
        ("project-file", "## providers", Project.ProviderFields.all),
        ("project-file", "### tls", Project.TLSFields.all),
        ("project-file", "## subscriptions", Project.SubscriptionFields.all),
        ("project-file", "### filter", Project.FilterFields.all),
        ("project-file", "### sink", Project.SinkFields.all),
        ("project-file", "### secretFrom", Project.SecretFields.all),
        ("project-file", "## executors", Executor.Fields.all),
        ("project-file", "### command", Executor.CommandFields.all),
        ("project-file", "### git", Executor.GitFields.all),
        ("project-file", "### kubernetes", Executor.KubernetesFields.all),
        ("project-file", "## allow", Allow.Fields.all),
        ("project-file", "## alerts", AlertRule.Fields.all),
        ("project-file", "## remediation", RemediationLimits.Fields.all),
        ("project-file", "## retention", Retention.Fields.all),
        ("remediation-file", "## The file", Remediation.Fields.all),
        ("remediation-file", "### metadata", Remediation.MetadataFields.all),
        ("remediation-file", "### spec", Remediation.SpecFields.all),
        ("remediation-file", "## remediations", Remediation.EntryFields.all),
        ("remediation-file", "## actions", Remediation.ActionFields.all),
        ("webhook-file", "## The file", WebhookConfig.Fields.all),
        ("webhook-file", "### metadata", WebhookConfig.MetadataFields.all),
        ("webhook-file", "### spec", WebhookConfig.SpecFields.all),
        ("webhook-file", "## webhooks", WebhookConfig.WebhookFields.all),
        ("webhook-file", "### envFrom", WebhookConfig.VariableFields.all),
        ("webhook-file", "### secretRef", WebhookConfig.SecretFields.all),
        ("webhook-file", "## requests", WebhookConfig.RequestFields.all),
        ("webhook-file", "### headers", WebhookConfig.HeaderFields.all),
        ("webhook-file", "### success", WebhookConfig.SuccessFields.all),
        ("server-file", "## The file", ServerFile.Fields.all),
        ("server-file", "## spec", ServerFile.SpecFields.all),
        ("server-file", "### tls", ServerFile.TLSFields.all),
        ("server-file", "## retention", ServerFile.RetentionFields.all),
        ("server-file", "## tracing", ServerFile.TracingFields.all),
        ("shipyard-file", "## The file", Shipyard.Fields.all),
        ("shipyard-file", "### metadata", Shipyard.MetadataFields.all),
        ("shipyard-file", "### spec", Shipyard.SpecFields.all),
        ("shipyard-file", "## stages", Shipyard.StageFields.all),
        ("shipyard-file", "## sequences", Shipyard.SequenceFields.all),
        ("shipyard-file", "## triggeredOn", Shipyard.TriggerFields.all),
        ("shipyard-file", "### selector", Shipyard.SelectorFields.all),
        ("shipyard-file", "## tasks", Shipyard.TaskFields.all),
        ("shipyard-file", "### A parallel group", Shipyard.GroupFields.all),
    ]

    static let pages = [
        "slo-file", "sli-file", "project-file", "server-file", "shipyard-file", "remediation-file", "webhook-file",
    ]

    private func page(_ name: String) throws -> String {
        try String(contentsOf: Repository.root.appending(path: "docs/\(name).md"), encoding: .utf8)
    }

    /// The table of a part as it has to stand in the reference.
    private func table(_ fields: [Field]) -> String {
        let rows = fields.map { field in
            let standing =
                switch field.treatment {
                case .required: "**required**"
                case .optional: field.defaultValue
                case .ignored: "read, with a warning"
                case .refused: "an error"
                }
            return "| `\(field.name)` | \(field.form) | \(standing) | \(field.summary) |"
        }
        return (["| key | value | default | meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n")
    }

    @Test("documents every key that the decoder knows, and no other", arguments: parts.indices)
    func tables(index: Int) throws {
        let (name, heading, fields) = Self.parts[index]
        let parts = try page(name).components(separatedBy: "\n\(heading)\n")
        try #require(parts.count == 2, "docs/\(name).md has one heading `\(heading)`")
        let lines = parts[1].split(separator: "\n").drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
        #expect(lines.joined(separator: "\n") == table(fields), "docs/\(name).md, \(heading)")
    }

    @Test("has a table for each part of each page", arguments: pages)
    func complete(name: String) throws {
        let tables = try page(name).components(separatedBy: "| key | value |").count - 1
        #expect(tables == Self.parts.count { $0.page == name })
    }

    static let executors = ["executors/command", "executors/git", "executors/kubernetes"]

    @Test("has examples that are read without a word", arguments: pages + executors)
    func examples(name: String) throws {
        let blocks = try page(name).components(separatedBy: "```yaml\n").dropFirst()
        #expect(!blocks.isEmpty)
        for block in blocks {
            let text = block.components(separatedBy: "```")[0]
            let diagnostics =
                switch name {
                case "slo-file": SLO.read(text, file: name).diagnostics
                case "shipyard-file": Shipyard.read(text, file: name).diagnostics
                case "remediation-file": Remediation.read(text, file: name).diagnostics
                case "webhook-file": WebhookConfig.read(text, file: name).diagnostics
                case "server-file": ServerFile.read(text, file: name).diagnostics
                case "sli-file": SLI.read(text, file: name).diagnostics
                default: Project.read(text, file: name).diagnostics
                }
            #expect(diagnostics == [], "\(text)")
        }
    }
}
