import Events

/// Events about problems beside Keptn's.
public enum ProblemEvents {
    /// A problem is no more: `data.problem.ProblemID` says which, and the context is that of its remediation.
    public static let resolvedType = "dev.tidegate.problem.resolved"
    /// Nothing is done about problems from now on, in one project or in all.
    public static let frozenType = "dev.tidegate.frozen"
    public static let unfrozenType = "dev.tidegate.unfrozen"
}
