/// Makes one number of the values that an indicator had in earlier results.
public enum Aggregate: String, Sendable, CaseIterable {
    case average = "avg"
    case p50, p90, p95

    /// The aggregate of these values, which it may bring into another order, or nil where there are none.
    ///
    /// Percentiles are Keptn's: with the values sorted and counted from 1, position p·(n+1); before the first value
    /// the first, from the last on the last, between two values linear.
    public func callAsFunction(_ values: inout [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        switch self {
        case .average:
            let sum = values.reduce(0, +)
            // Where the sum is more than a double holds, the average is not.
            return sum.isFinite ? sum / Double(values.count) : values.reduce(0) { $0 + $1 / Double(values.count) }
        case .p50: return Self.percentile(0.5, of: &values)
        case .p90: return Self.percentile(0.9, of: &values)
        case .p95: return Self.percentile(0.95, of: &values)
        }
    }

    /// What a person calls it: "the average", "the 95th percentile".
    public var title: String {
        switch self {
        case .average: "the average"
        case .p50: "the median"
        case .p90: "the 90th percentile"
        case .p95: "the 95th percentile"
        }
    }

    private static func percentile(_ fraction: Double, of sorted: inout [Double]) -> Double {
        sorted.sort()
        let position = fraction * Double(sorted.count + 1)
        if position < 1 { return sorted[0] }
        if position >= Double(sorted.count) { return sorted[sorted.count - 1] }
        let index = Int(position)
        return sorted[index - 1] + (position - Double(index)) * (sorted[index] - sorted[index - 1])
    }
}
