import Events
import Objectives

enum EvaluationFixture {
    /// An evaluation of the indicator `x`, which was 0.5.
    static func make(slo text: String, at time: Timestamp) throws -> Evaluation {
        guard let window = TimeWindow(start: time, end: time) else { preconditionFailure("a moment is a window") }
        return try Evaluation(
            Evidence(
                id: DerivedID.make("fixture", from: time.description),
                lane: Lane(project: "shop", stage: "dev", service: "carts"),
                labels: [:],
                window: window,
                slo: .init(path: "slo.yaml", sha256: "00", text: text),
                observations: [
                    Observation(IndicatorValue(metric: "x", outcome: .value(0.5)), query: "x", provider: "p")
                ],
                baselines: [],
                failures: []
            )
        )
    }
}
