import Documents
import Foundation
import Objectives

/// What Prometheus answered to an instant query, made into one value or the reason why there is none.
///
/// The format is that of Prometheus' HTTP API, "Instant queries"; Thanos, Mimir and VictoriaMetrics answer alike.
struct PrometheusAnswer: Sendable, Equatable {
    let outcome: IndicatorValue.Outcome
    /// What came beside the answer: warnings, and that it is partial.
    let warnings: [String]

    /// Why a body can't be used.
    struct Unusable: Error, Equatable {
        let message: String
    }

    private struct Body: Decodable {
        struct Payload: Decodable {
            let resultType: String
            let result: Result
        }

        struct Series: Decodable {
            let metric: [String: String]
            let value: Sample?
        }

        /// A time and a number as text.
        struct Sample: Decodable {
            let text: String

            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                _ = try container.decode(Double.self)
                text = try container.decode(String.self)
            }
        }

        enum Result: Decodable {
            case vector([Series])
            case sample(Sample)
            case other

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let series = try? container.decode([Series].self) {
                    self = .vector(series)
                } else if let sample = try? container.decode(Sample.self) {
                    self = .sample(sample)
                } else {
                    self = .other
                }
            }
        }

        let status: String
        let data: Payload?
        let errorType: String?
        let error: String?
        let warnings: [String]?
        let isPartial: Bool?

        var refusal: String { "\((errorType ?? "error").abbreviated): \((error ?? "without a reason").abbreviated)" }
    }

    /// - Parameter body: The answer to an HTTP request that succeeded.
    /// - Throws: ``Unusable`` where it is not Prometheus'.
    init(_ body: Data) throws(Unusable) {
        let answer = try Self.decode(body)
        guard answer.status == "success" else {
            throw Unusable(message: "refused the query: \(answer.refusal)")
        }
        guard let data = answer.data else { throw Unusable(message: "answered without `data`") }
        warnings =
            (answer.warnings ?? []).map(\.abbreviated) + (answer.isPartial == true ? ["the answer is partial"] : [])
        outcome =
            switch (data.resultType, data.result) {
            case ("scalar", .sample(let sample)): Self.outcome(sample)
            case ("vector", .vector(let series)): Self.outcome(series)
            case ("matrix", _):
                .failure("the query gives a range of values, not one; wrap it, as in avg_over_time(…)")
            case ("string", _): .failure("the query gives a text, not a number")
            default:
                throw Unusable(
                    message: "answered with a result of type `\(data.resultType.abbreviated)` that can't be read"
                )
            }
    }

    /// What an error answer says, or nil where the body is none of Prometheus'.
    static func refusal(_ body: Data) -> String? {
        guard let answer = try? decode(body), answer.status == "error" else { return nil }
        return answer.refusal
    }

    private static func decode(_ body: Data) throws(Unusable) -> Body {
        do {
            return try JSONDecoder().decode(Body.self, from: body)
        } catch {
            let text = String(decoding: body.prefix(200), as: UTF8.self)
            let start = text.drop(while: \.isWhitespace)
            if start.isEmpty { throw Unusable(message: "answered with nothing") }
            if start.hasPrefix("<") {
                throw Unusable(
                    message: "answered with HTML, not JSON; is this the URL of Prometheus, or of a page before it?"
                )
            }
            guard start.hasPrefix("{") else {
                throw Unusable(message: "answered with something else than JSON: `\(String(start).abbreviated)`")
            }
            throw Unusable(message: "answered with JSON that is cut short or not Prometheus'")
        }
    }

    private static func outcome(_ sample: Body.Sample) -> IndicatorValue.Outcome {
        guard let number = Double(sample.text) else {
            return .failure("the answer `\(sample.text.abbreviated)` is no number")
        }
        if number.isNaN { return .failure("the answer is NaN, as when nothing is divided by nothing") }
        if number.isInfinite {
            return .failure("the answer is \(number < 0 ? "-" : "+")Inf, as when something is divided by 0")
        }
        return .value(number)
    }

    private static func outcome(_ series: [Body.Series]) -> IndicatorValue.Outcome {
        guard let first = series.first else { return .noData("the query matched no series in the window") }
        guard series.count == 1 else {
            return .failure("the query gives \(series.count) series instead of one; \(differences(series))")
        }
        guard let sample = first.value else {
            return .failure("the query gives a histogram, not a number; use histogram_quantile(…)")
        }
        return outcome(sample)
    }

    /// Which labels the series differ in, with a few of their values; of an answer that was made to cost time, not all.
    private static func differences(_ series: [Body.Series]) -> String {
        var labels: [String: (values: Set<String>, count: Int)] = [:]
        for one in series {
            for (name, value) in one.metric where labels[name] != nil || labels.count < 100 {
                var label = labels[name] ?? ([], 0)
                label.count += 1
                if label.values.count < 4 { label.values.insert(value.abbreviated) }
                labels[name] = label
            }
        }
        let differing = labels.sorted { $0.key < $1.key }.compactMap { name, label -> String? in
            let values = label.count < series.count ? label.values.union([""]) : label.values
            guard values.count > 1 else { return nil }
            let shown = values.sorted().prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
            return "\(name.abbreviated) (\(shown)\(values.count > 3 ? ", …" : ""))"
        }
        guard !differing.isEmpty else { return "aggregate them, as in sum(…)" }
        return "they differ in " + differing.prefix(5).joined(separator: ", ") + "; aggregate them, as in sum(…)"
    }
}
