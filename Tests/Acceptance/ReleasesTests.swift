import Foundation
import TestSupport
import Testing

/// Three releases of a service in a real Prometheus, judged by the built program.
@Suite("Releases in a real Prometheus")
struct ReleasesTests {
    private static let slo = """
        comparison: {compare_with: several_results, number_of_comparison_results: 3, include_result_with_score: pass}
        objectives:
          - sli: response_time
            pass: [{criteria: ["<=+10%"]}]
            warning: [{criteria: ["<=+20%"]}]
          - sli: error_rate
            key_sli: true
            pass: [{criteria: ["<=1"]}]
          - sli: $SERVICE requests
        total_score: {pass: 90%, warning: 75%}
        """.replacing("$SERVICE requests", with: "requests")

    private static let sli = """
        indicators:
          response_time: avg(avg_over_time(response_time{job="$SERVICE",stage="$STAGE"}[$DURATION_SECONDS]))
          error_rate: 100 * sum(rate(failed_total{job="$SERVICE"}[$DURATION_SECONDS])) / sum(rate(served_total{job="$SERVICE"}[$DURATION_SECONDS]))
          requests: sum(increase(served_total{job="$SERVICE",version=~"$LABEL.version"}[$DURATION_SECONDS]))
        """

    /// Seconds since 1970 at which the three releases end; each runs for ten minutes.
    private static let ends = [1, 2, 3].map { Int(Date().timeIntervalSince1970) / 60 * 60 - 7200 + $0 * 1200 }

    private static var samples: Samples {
        var samples = Samples()
        for (release, end) in ends.enumerated() {
            let times = stride(from: end - 615, through: end, by: 15)
            samples.add("response_time", "job=\"carts\",stage=\"prod\"", at: times) { _ in [200.0, 210, 300][release] }
            for (name, perSecond) in [("served_total", 20.0), ("failed_total", 0.1)] {
                samples.add(name, "job=\"carts\",version=\"\(release)\"", at: times) {
                    Double($0 - end + 615) * perSecond
                }
            }
        }
        return samples
    }

    @Test("pass, pass and fail by a criterion relative to the passes before, and replay byte for byte")
    func threeReleases() async throws {
        let folder = try TemporaryFolder()
        let slo = try folder.write("slo.yaml", Self.slo)
        let sli = try folder.write("sli.yaml", Self.sli)
        let data = ["--data-dir", folder.path + "/data"]
        let results = try await RealPrometheus.run(Self.samples) { url in
            var results: [ProgramResult] = []
            for (release, end) in Self.ends.enumerated() {
                results.append(
                    try await Program.tidegate(
                        [
                            "evaluate", "--slo", slo, "--sli", sli, "--provider", "prometheus=\(url)",
                            "--project", "shop", "--stage", "prod", "--service", "carts", "--label",
                            "version=\(release)",
                            "--end", Date(timeIntervalSince1970: Double(end)).ISO8601Format(), "--window", "10m", "-o",
                            "json",
                        ] + data
                    )
                )
            }
            return results
        }
        #expect(results.map(\.errors) == ["", "", ""])
        #expect(results.map(\.code) == [0, 0, 1])
        let evaluations = try results.map { try PrintedEvaluation($0.output) }
        #expect(evaluations.map(\.result) == ["pass", "pass", "fail"])
        #expect(evaluations.map { $0.objectives[0].value } == [200, 210, 300])
        #expect(evaluations.map { $0.objectives[0].comparedValue } == [nil, 200, 205])
        #expect(evaluations[2].comparedWith == [evaluations[1].id, evaluations[0].id])
        #expect(evaluations[2].objectives[1].value == 0.5)
        #expect(evaluations[2].objectives[2].query == "sum(increase(served_total{job=\"carts\",version=~\"2\"}[600s]))")
        #expect(
            evaluations[2].reason
                == "failed with 50 %, 75 % needed: response_time is 300, 46.3 % above the average of the last 2 passes (205), allowed +10 %"
        )

        // Prometheus is gone; the evidence is enough.
        for (evaluation, result) in zip(evaluations, results) {
            let replay = try await Program.tidegate(["replay", evaluation.id, "-o", "json"] + data)
            #expect(replay.output == result.output)
            #expect(replay.code == result.code)
        }
        let list = try await Program.tidegate(["get", "evaluations", "--service", "carts", "-o", "json"] + data)
        let ids = try JSONDecoder().decode(EvaluationList.self, from: Data(list.output.utf8)).items.map(\.id)
        #expect(ids == evaluations.map(\.id).reversed())
    }
}

private struct EvaluationList: Decodable {
    struct Item: Decodable { let id: String }
    let items: [Item]
}
