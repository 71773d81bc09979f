import Foundation
import TestSupport
import Testing

/// The ready-made SLO files, each against a real Prometheus with samples made for it.
@Suite("The packs in slo/")
struct PacksTests {
    /// A pack's folder and its SLI file.
    static let packs = [
        ("http", "sli.yaml"), ("istio", "sli.yaml"), ("linkerd", "sli.yaml"), ("hubble", "sli.yaml"),
        ("jvm", "sli.yaml"),
        ("kepler", "sli.yaml"), ("kepler", "sli-classic.yaml"), ("load-test", "sli.yaml"),
    ]

    @Test("let a good release through, stop a bad one, and do not pass where nothing was measured")
    func judge() async throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.root.appending(path: "slo").path)
        #expect(Set(folders) == Set(Self.packs.map(\.0)), "every pack is tested here")
        try await RealPrometheus.run(PackSamples().samples) { url in
            for (pack, sli) in Self.packs {
                try await Self.judge(pack, sli, url: url)
            }
        }
    }

    private static func judge(_ pack: String, _ sli: String, url: String) async throws {
        let data = try TemporaryFolder()
        func evaluate(_ end: Int, _ testid: String) async throws -> (ProgramResult, PrintedEvaluation) {
            let folder = Repository.root.appending(path: "slo/\(pack)").path
            let result = try await Program.tidegate([
                "evaluate", "--slo", folder + "/slo.yaml", "--sli", "\(folder)/\(sli)", "--provider",
                "prometheus=\(url)",
                "--project", "demo", "--stage", "dev", "--service", "checkout", "--label", "testid=\(testid)",
                "--end", Date(timeIntervalSince1970: Double(end)).ISO8601Format(), "--window", "10m",
                "--data-dir", data.path + "/data", "-o", "json",
            ])
            return (result, try PrintedEvaluation(result.output))
        }
        let (good, goodVerdict) = try await evaluate(PackSamples.goodEnd, "good")
        #expect(good.code == 0 && goodVerdict.result == "pass", "\(pack) \(sli): \(goodVerdict.reason)\(good.errors)")
        for objective in goodVerdict.objectives {
            #expect(objective.value != nil, "\(pack) \(sli): \(objective.sli) \(objective.message)")
        }
        let (bad, badVerdict) = try await evaluate(PackSamples.badEnd, "bad")
        #expect(bad.code == 1 && badVerdict.status == "succeeded", "\(pack) \(sli): \(badVerdict.reason)\(bad.errors)")
        let judged = badVerdict.objectives.filter { $0.status != "info" && $0.status != "pass" }
        #expect(judged.count >= 2, "\(pack) \(sli): \(badVerdict.reason)")
        let (nothing, nothingVerdict) = try await evaluate(PackSamples.goodEnd + 1100, "none")
        #expect(nothing.code == 1 && nothingVerdict.status == "succeeded", "\(pack) \(sli): \(nothingVerdict.reason)")
    }
}
