/// The values for which criteria hold, as far as fixed criteria tell: one interval of the number line.
struct ValueRange {
    private struct Bound: Equatable {
        var value: Double
        var isIncluded: Bool
    }

    private var lower = Bound(value: -.infinity, isIncluded: true)
    private var upper = Bound(value: .infinity, isIncluded: true)

    /// Relative criteria are left out of account, because what they allow depends on earlier results.
    init(where criteria: [Criterion]) {
        for criterion in criteria {
            guard case .fixed(let number) = criterion.bound else { continue }
            switch criterion.relation {
            case .less: lowerUpper(to: Bound(value: number, isIncluded: false))
            case .lessOrEqual: lowerUpper(to: Bound(value: number, isIncluded: true))
            case .greater: raiseLower(to: Bound(value: number, isIncluded: false))
            case .greaterOrEqual: raiseLower(to: Bound(value: number, isIncluded: true))
            case .equal:
                lowerUpper(to: Bound(value: number, isIncluded: true))
                raiseLower(to: Bound(value: number, isIncluded: true))
            }
        }
    }

    var isEmpty: Bool {
        lower.value > upper.value || (lower.value == upper.value && !(lower.isIncluded && upper.isIncluded))
    }

    /// Whether every value lies in at least one of the ranges.
    static func coverAll(_ ranges: [ValueRange]) -> Bool {
        var covered = Bound(value: -.infinity, isIncluded: false)
        let sorted = ranges.filter { !$0.isEmpty }.sorted {
            ($0.lower.value, $0.lower.isIncluded ? 0 : 1) < ($1.lower.value, $1.lower.isIncluded ? 0 : 1)
        }
        for range in sorted {
            let touches =
                range.lower.value < covered.value
                || (range.lower.value == covered.value && (range.lower.isIncluded || covered.isIncluded))
            guard touches else { return false }
            if range.upper.value > covered.value || (range.upper.value == covered.value && range.upper.isIncluded) {
                covered = range.upper
            }
        }
        return covered.value == .infinity
    }

    private mutating func lowerUpper(to bound: Bound) {
        if bound.value < upper.value || (bound.value == upper.value && !bound.isIncluded) { upper = bound }
    }

    private mutating func raiseLower(to bound: Bound) {
        if bound.value > lower.value || (bound.value == lower.value && !bound.isIncluded) { lower = bound }
    }
}
