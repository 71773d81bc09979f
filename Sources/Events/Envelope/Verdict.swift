/// What an evaluation comes to: Keptn's `result`.
public enum Verdict: String, Codable, Sendable, CaseIterable {
    case pass, warning, fail
}
