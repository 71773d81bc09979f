/// A service level indicator file: Keptn's `sli.yaml`, names and the queries behind them.
public struct SLI: Sendable, Equatable {
    public let indicators: [Indicator]

    /// The indicators of several files; of those with the same name the last one wins, so name the most specific last.
    public static func merge(_ files: [SLI]) -> [Indicator] {
        var byName: [String: Indicator] = [:]
        for indicator in files.flatMap(\.indicators) { byName[indicator.name] = indicator }
        return byName.values.sorted { $0.name < $1.name }
    }
}
