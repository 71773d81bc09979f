import Events
import Foundation
import Objectives

/// A case computed by Keptn 1.4.5's evaluator: what it was given and what it said.
struct KeptnVector: Decodable {
    struct Value: Decodable {
        let metric: String
        let value: Double
        let success: Bool
        let message: String?

        var indicatorValue: IndicatorValue {
            IndicatorValue(metric: metric, outcome: success ? .value(value) : .failure(message ?? ""))
        }
    }

    struct Earlier: Decodable {
        let result: Verdict
        let values: [Value]

        var earlierResult: EarlierResult {
            EarlierResult(id: nil, result: result, values: values.map(\.indicatorValue))
        }
    }

    struct Target: Decodable {
        let criteria: String
        let targetValue: Double
        let violated: Bool
    }

    struct Objective: Decodable {
        let sli: String
        let status: String
        let score: Double
        let pass: [Target]?
        let warning: [Target]?
    }

    struct Expected: Decodable {
        let error: Bool?
        let result: Verdict?
        let score: Double?
        let objectives: [Objective]?
    }

    let id: String
    let slo: String
    let values: [Value]
    let history: [Earlier]
    let expected: Expected

    static func all() throws -> [KeptnVector] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Vectors/keptn-v1/gate.jsonl"
        )
        let decoder = JSONDecoder()
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map { try decoder.decode(KeptnVector.self, from: Data($0.utf8)) }
    }

    /// What differs from what Keptn said; empty where all agrees.
    func differences() -> [String] {
        let reading = SLO.read(slo, file: "slo.yaml")
        if expected.error == true {
            return reading.value == nil ? [] : ["\(id): Keptn refused it, it was read"]
        }
        guard let slo = reading.value else { return ["\(id): \(reading.diagnostics)"] }
        let earlier = slo.comparison.select(from: history.map(\.earlierResult), by: \.result)
        let judgement = Gate.judge(slo, values: values.map(\.indicatorValue), comparedWith: earlier)
        var found: [String] = []
        if judgement.verdict != expected.result { found.append("\(id): \(judgement.verdict)") }
        if !(judgement.score ≈ (expected.score ?? .nan)) { found.append("\(id): score \(judgement.score)") }
        let wanted = expected.objectives ?? []
        if wanted.count != judgement.objectives.count {
            found.append("\(id): \(judgement.objectives.count) objectives")
        }
        for ((objective, actual), wanted) in zip(zip(slo.objectives, judgement.objectives), wanted) {
            let agrees =
                actual.status.rawValue == wanted.status && actual.score ≈ wanted.score
                && agree(objective.pass, actual.pass, wanted.pass)
                && agree(objective.warning, actual.warning, wanted.warning)
            if !agrees { found.append("\(id): \(wanted.sli) is \(actual), Keptn says \(wanted)") }
        }
        return found
    }

    private func agree(
        _ groups: [CriteriaGroup],
        _ actual: [ObjectiveJudgement.Target]?,
        _ wanted: [Target]?
    ) -> Bool {
        guard let actual, let wanted else { return actual == nil && wanted == nil }
        return actual.count == wanted.count && groups.criteria.map(\.text) == wanted.map(\.criteria)
            && zip(actual, wanted).allSatisfy { $0.value ≈ $1.targetValue && $0.isViolated == $1.violated }
    }
}

infix operator ≈ : ComparisonPrecedence

extension Double {
    /// Equal to 1e-9, relative.
    static func ≈ (left: Double, right: Double) -> Bool {
        left == right || abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    }
}
