/// A project's settings, `project.yaml`: so far where its indicators come from.
public struct Project: Sendable, Equatable {
    /// In the order of the file; the first one is asked where an indicator names none.
    public let providers: [ProviderSettings]
}
