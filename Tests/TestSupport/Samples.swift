import Foundation

/// Samples for Prometheus, in the OpenMetrics text form that `promtool tsdb create-blocks-from` reads.
public struct Samples {
    private var families: [(name: String, type: String, lines: [String])] = []

    public init() {}

    /// Adds a series.
    ///
    /// - Parameters:
    ///   - name: As the series is called, `http_requests_total`.
    ///   - labels: As they stand between the braces.
    ///   - times: Seconds since 1970.
    ///   - value: What it is at a time.
    public mutating func add(
        _ name: String,
        _ labels: String = "",
        at times: some Sequence<Int>,
        value: (Int) -> Double
    ) {
        let isCounter = ["_total", "_count", "_sum", "_bucket"].contains { name.hasSuffix($0) }
        let family = name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
        let type = name.hasSuffix("_total") ? "counter" : isCounter ? "unknown" : "gauge"
        let lines = times.map { "\(name){\(labels)} \(value($0)) \($0)" }
        if let index = families.firstIndex(where: { $0.name == family }) {
            families[index].lines += lines
        } else {
            families.append((family, type, lines))
        }
    }

    public var text: String {
        families.map { "# TYPE \($0.name) \($0.type)\n" + $0.lines.joined(separator: "\n") + "\n" }.joined() + "# EOF\n"
    }
}
