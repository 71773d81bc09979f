/// A condition on a value: `<600`, `>=99.9`, or against earlier results `<=+10%`, `>-5`.
public struct Criterion: Sendable, Equatable {
    public enum Relation: String, Sendable {
        case less = "<"
        case lessOrEqual = "<="
        case equal = "="
        case greaterOrEqual = ">="
        case greater = ">"
    }

    public enum Bound: Sendable, Equatable {
        case fixed(Double)
        /// So much more than the earlier value, in its unit.
        case offset(Double)
        /// So many percent more than the earlier value.
        case percent(Double)
    }

    /// As it stands in the file.
    public let text: String
    public let relation: Relation
    public let bound: Bound

    public var isRelative: Bool {
        if case .fixed = bound { return false }
        return true
    }

    /// What the value is held against, given the aggregate of the earlier values; nil where that is needed and missing.
    public func target(comparedWith earlier: Double?) -> Double? {
        switch bound {
        case .fixed(let number): number
        case .offset(let number): earlier.map { ($0 + number).saturated }
        case .percent(let number): earlier.map { ($0 * (100 + number) / 100).saturated }
        }
    }

    public func holds(_ value: Double, against target: Double) -> Bool {
        switch relation {
        case .less: value < target
        case .lessOrEqual: value <= target
        case .equal: value == target
        case .greaterOrEqual: value >= target
        case .greater: value > target
        }
    }
}

extension Double {
    /// The nearest finite number.
    fileprivate var saturated: Double {
        min(max(self, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }
}
