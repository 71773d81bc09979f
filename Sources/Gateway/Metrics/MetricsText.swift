import Events
import Executors
import Foundation
import Journal
import Orchestrator

/// The numbers that an operator needs, in OpenMetrics 1.0 or in the older Prometheus text format 0.0.4.
///
/// <https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>
struct MetricsText {
    private(set) var text = ""
    private let isOpenMetrics: Bool

    init(orchestrator: Orchestrator, requests: RequestMetrics.Snapshot, isOpenMetrics: Bool) throws {
        self.isOpenMetrics = isOpenMetrics
        let statistics = orchestrator.statistics
        let now = Timestamp.now
        counter("tidegate_events", "Events kept, since the start.", [("", Double(statistics.events))])
        counter("tidegate_commits", "Transactions kept, since the start.", [("", Double(statistics.commits))])
        counter("tidegate_commit_failures", "Transactions that could not be kept.", [("", Double(statistics.failures))])
        histogram(
            "tidegate_commit_duration_seconds",
            "How long transactions took.",
            bounds: GroupCommit.Statistics.bounds,
            buckets: statistics.buckets,
            count: statistics.commits,
            sum: statistics.commitSeconds
        )
        gauge("tidegate_commit_backlog", "What waits for the next transaction.", [("", Double(orchestrator.backlog))])
        gauge(
            "tidegate_log_position",
            "The position of the newest event.",
            [("", Double(orchestrator.signal.position))]
        )
        let open = try orchestrator.journal.openStates()
        let states = ["queued", "running", "waiting", "paused"]
        gauge(
            "tidegate_sequences",
            "Sequences that have not ended, by state.",
            states.map { state in ("state=\"\(state)\"", Double(open.first { $0.state == state }?.count ?? 0)) }
        )
        gauge(
            "tidegate_sequence_oldest_age_seconds",
            "How long ago the oldest of them was triggered.",
            states.map { state in
                let oldest = open.first { $0.state == state }?.oldest
                return ("state=\"\(state)\"", oldest.map { Double(now.milliseconds - $0.milliseconds) / 1000 } ?? 0)
            }
        )
        let deliveries = try orchestrator.journal.deliveryCounts()
        gauge(
            "tidegate_deliveries",
            "What those who subscribed were not told of yet.",
            [
                ("state=\"waiting\"", Double(deliveries.waiting)), ("state=\"failing\"", Double(deliveries.failing)),
                ("state=\"parked\"", Double(deliveries.parked)),
            ]
        )
        let results = orchestrator.verdicts.counts
        counter(
            "tidegate_evaluations",
            "Evaluations since the start, by result.",
            Verdict.allCases.map { ("result=\"\($0.rawValue)\"", Double(results[$0] ?? 0)) }
        )
        histogram(
            "tidegate_ingest_duration_seconds",
            "How long it took until an event was kept and answered.",
            bounds: RequestMetrics.bounds,
            buckets: requests.buckets,
            count: requests.count,
            sum: requests.seconds
        )
        counter(
            "tidegate_http_requests",
            "Requests answered, by route and status.",
            requests.counts.sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }.map {
                ("method=\"\($0.key.method)\",route=\"\($0.key.route)\",status=\"\($0.key.status)\"", Double($0.value))
            }
        )
        if isOpenMetrics { text += "# EOF\n" }
    }

    private mutating func counter(_ name: String, _ help: String, _ samples: [(labels: String, value: Double)]) {
        // A counter's family is named without `_total` in OpenMetrics, and with it in the older format.
        head(isOpenMetrics ? name : name + "_total", "counter", help)
        for sample in samples { line(name + "_total", sample.labels, sample.value) }
    }

    private mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: String, value: Double)]) {
        head(name, "gauge", help)
        for sample in samples { line(name, sample.labels, sample.value) }
    }

    private mutating func histogram(
        _ name: String,
        _ help: String,
        bounds: [Double],
        buckets: [Int],
        count: Int,
        sum: Double
    ) {
        head(name, "histogram", help)
        for (bound, bucket) in zip(bounds, buckets) {
            line(name + "_bucket", "le=\"\(bound)\"", Double(bucket))
        }
        line(name + "_bucket", "le=\"+Inf\"", Double(count))
        line(name + "_count", "", Double(count))
        line(name + "_sum", "", sum)
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# TYPE \(name) \(type)\n"
        if isOpenMetrics, name.hasSuffix("_seconds") { text += "# UNIT \(name) seconds\n" }
        text += "# HELP \(name) \(help)\n"
    }

    private mutating func line(_ name: String, _ labels: String, _ value: Double) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}
