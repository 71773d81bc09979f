import Events
import Foundation
import Objectives

/// What Prometheus answers to `query_exemplars`, as far as it is wanted: the largest values that have a trace.
struct PrometheusExemplars: Decodable {
    private struct Series: Decodable {
        let exemplars: [Sample]
    }

    private struct Sample: Decodable {
        let labels: [String: String]
        /// As text, like all of Prometheus' samples.
        let value: String
        /// Seconds since 1970.
        let timestamp: Double
    }

    private let data: [Series]

    /// The names under which instrumentation puts the trace's id.
    private static let names = ["trace_id", "traceID", "traceId", "TraceID"]
    private static let most = 3

    /// - Parameters:
    ///   - metric: The indicator.
    ///   - link: The provider's `traceURL`.
    /// - Returns: At most three, the largest first.
    func exemplars(of metric: String, link: String?) -> [Exemplar] {
        data.flatMap(\.exemplars).compactMap { sample -> Exemplar? in
            guard let id = Self.names.lazy.compactMap({ sample.labels[$0] }).first, let value = Double(sample.value),
                value.isFinite, (1...128).contains(id.count),
                id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
            else { return nil }
            return Exemplar(
                metric: metric,
                traceID: id,
                value: value,
                time: Timestamp(milliseconds: Int64(min(max(sample.timestamp, 0), 1e11) * 1000)),
                url: link?.replacing("{{traceID}}", with: id)
            )
        }.sorted { ($0.value, $0.traceID) > ($1.value, $1.traceID) }.prefix(Self.most).map(\.self)
    }
}
