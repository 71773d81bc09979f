/// A service level objective file: what is measured, what is good enough, and how the parts add up to a verdict.
///
/// The format is Keptn's `slo.yaml` (specification 0.1.0 to 1.0), extended by ``indicators`` and `no_data`.
public struct SLO: Sendable, Equatable {
    /// Handed to the queries as placeholders, in the order of the file.
    public let filter: [Placeholder]
    public let comparison: Comparison
    public let objectives: [Objective]
    /// The score, in percent, from which on a release passes.
    public let passTarget: Double
    /// The score, in percent, from which on a release that did not pass is let through with a warning.
    public let warningTarget: Double?
    /// Queries that stand in the SLO file itself; they win over those of SLI files.
    public let indicators: [Indicator]

    public struct Placeholder: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}
