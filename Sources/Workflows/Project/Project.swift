/// A project's settings, `project.yaml`.
public struct Project: Sendable, Equatable {
    /// In the order of the file; the first one is asked where an indicator names none.
    public let providers: [ProviderSettings]
    /// Who is told of which events.
    public let subscriptions: [Subscription]
    public let retention: Retention
}
