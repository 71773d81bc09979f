/// A project's settings, `project.yaml`.
public struct Project: Sendable, Equatable {
    /// In the order of the file; the first one is asked where an indicator names none.
    public let providers: [ProviderSettings]
    /// Who is told of which events.
    public let subscriptions: [Subscription]
    public let executors: [Executor]
    public let allow: Allow
    public let alerts: [AlertRule]
    public let remediation: RemediationLimits
    public let retention: Retention
}
