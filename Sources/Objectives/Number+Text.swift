import Foundation

extension Double {
    /// For people: four significant digits, no zeros at the end, whole numbers in full.
    public var short: String {
        if self == rounded(), abs(self) < 1e15 { return String(Int64(self)) }
        if abs(self) >= 1000, abs(self) < 1e15 { return String(format: "%.1f", self).withoutTrailingZero }
        return String(format: "%.4g", self)
    }

    /// As ``short``, with one decimal at most, for ratios and percentages.
    public var shortRatio: String {
        abs(self) >= 1e6
            ? String(format: "%.3g", self)
            : abs(self) >= 100 ? String(format: "%.0f", self) : String(format: "%.1f", self)
    }
}

extension String {
    fileprivate var withoutTrailingZero: String { hasSuffix(".0") ? String(dropLast(2)) : self }
}
