import Foundation
import TestSupport
import Testing

@Suite("Exemplars")
struct ExemplarTests {
    private static let slo = """
        indicators:
          p95: histogram_quantile(0.95, sum(rate(http_duration_seconds_bucket[$DURATION_SECONDS])) by (le))
          errors: sum(rate(http_errors_total[$DURATION_SECONDS]))
        objectives:
          - {sli: p95, displayName: Response time, pass: [{criteria: ["<0.5"]}]}
          - {sli: errors, pass: [{criteria: ["<1"]}]}
        total_score: {pass: 90%}
        """

    /// A service whose requests get slow, as its metrics tell it.
    private static func metrics(_ number: Int) -> String {
        let count = 100 + number * 10
        let now = Double(Int(Date().timeIntervalSince1970 * 1000)) / 1000
        return """
            # TYPE http_duration_seconds histogram
            http_duration_seconds_bucket{le="0.1"} 0 # {trace_id="fast1"} 0.05 \(now)
            http_duration_seconds_bucket{le="1"} \(count) # {trace_id="slow1"} 0.93 \(now)
            http_duration_seconds_bucket{le="+Inf"} \(count) # {user="no trace"} 2.5 \(now)
            http_duration_seconds_count \(count)
            http_duration_seconds_sum \(count)
            # TYPE http_errors counter
            http_errors_total 0
            # EOF

            """
    }

    @Test("of what failed are asked of a real Prometheus, and link to their traces")
    func links() async throws {
        let service = try await ScriptedServer { number, _ in
            .http("200 OK", Self.metrics(number), type: "application/openmetrics-text; version=1.0.0; charset=utf-8")
        }
        let folder = try TemporaryFolder()
        let slo = try folder.write("slo.yaml", Self.slo)
        try await RealPrometheus.run(Samples(), scraping: service.port) { url in
            let project = try folder.write(
                "project.yaml",
                "apiVersion: tidegate.dev/v1\nkind: Project\nspec: {providers: [{name: p, type: prometheus, url: \"\(url)\", traceURL: \"https://tempo.example/trace/{{traceID}}\"}]}\n"
            )
            let options = [
                "evaluate", "--slo", slo, "--provider", project, "--window", "10s", "--data-dir", folder.path + "/data",
                "-o",
            ]
            var result = try await Program.tidegate(options + ["json"])
            _ = try await RunningServer.eventually {
                result = try await Program.tidegate(options + ["json"])
                return result.output.contains("slow1")
            }
            let json = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
            let objectives = try #require(json["objectives"] as? [[String: Any]])
            let exemplars = try #require(objectives[0]["exemplars"] as? [[String: Any]])
            #expect(exemplars.first?["traceID"] as? String == "slow1")
            #expect(exemplars.first?["value"] as? Double == 0.93)
            #expect(exemplars.first?["url"] as? String == "https://tempo.example/trace/slow1")
            #expect(objectives[1]["exemplars"] == nil, "what passed needs none")
            let text = try await Program.tidegate(options + ["text"])
            #expect(text.output.contains("trace https://tempo.example/trace/slow1 (p95 0.93)"), "\(text.output)")
            let markdown = try await Program.tidegate(options + ["markdown"])
            #expect(markdown.output.contains("- trace [slow1](<https://tempo.example/trace/slow1>): p95 0.93"))
            let id = try #require(json["id"] as? String)
            let replay = try await Program.tidegate(["replay", id, "-o", "json", "--data-dir", folder.path + "/data"])
            #expect(replay.output == result.output, "byte for byte")
        }
    }
}
