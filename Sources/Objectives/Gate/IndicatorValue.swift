/// What was found out about an indicator in the window.
public struct IndicatorValue: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        /// A finite number.
        case value(Double)
        /// Nobody measured anything; the text says who was asked.
        case noData(String)
        /// There is an answer, but not one number: several series, NaN, an infinity.
        case failure(String)
    }

    public let metric: String
    public let outcome: Outcome

    public init(metric: String, outcome: Outcome) {
        self.metric = metric
        self.outcome = outcome
    }
}

extension [IndicatorValue] {
    /// What was found out about an indicator.
    ///
    /// - Parameters:
    ///   - metric: Its name.
    ///   - index: Where to look first: values mostly come in the order of the objectives, which makes this one comparison.
    /// - Returns: The first outcome under that name.
    func outcome(of metric: String, near index: Int) -> IndicatorValue.Outcome? {
        position(of: metric, near: index).map { self[$0].outcome }
    }

    /// The number that an indicator had, where it had one; the parameters are those of ``outcome(of:near:)``.
    func number(of metric: String, near index: Int) -> Double? {
        guard let position = position(of: metric, near: index), case .value(let number) = self[position].outcome else {
            return nil
        }
        return number
    }

    private func position(of metric: String, near index: Int) -> Int? {
        index < count && self[index].metric == metric ? index : firstIndex { $0.metric == metric }
    }
}
