import Benchmark
import Foundation
import Objectives

/// What is promised of the gate's speed; each name says the figure that it must keep.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock],
        timeUnits: .microseconds,
        warmupIterations: 3,
        maxDuration: .seconds(3)
    )
    let environment = ProcessInfo.processInfo.environment
    let tidegate = environment["TIDEGATE"] ?? ""
    let bare = environment["BARE"] ?? ""

    Benchmark(
        "1 score 10 objectives against 5 results: must < 5 us",
        configuration: .init(timeUnits: .nanoseconds, scalingFactor: .kilo)
    ) {
        run in
        guard let slo = SLO.read(Fixture.text, file: "slo.yaml").value else { fatalError("the fixture is an SLO") }
        run.startMeasurement()
        for _ in run.scaledIterations {
            blackHole(Gate.judge(slo, values: Fixture.values, comparedWith: Fixture.earlier))
        }
    }

    Benchmark("2 parse and validate a 10-objective SLO: must < 1 ms") { _ in
        blackHole(SLO.read(Fixture.text, file: "slo.yaml"))
    }

    Benchmark("3 a bare process that reads both files: the measure, 6 ms") { _ in
        let code = Program.run(bare, [Fixture.folder + "/slo.yaml", Fixture.folder + "/values.json"])
        precondition(code == 0, "\(bare) ended with \(code)")
    }

    Benchmark("4 tidegate evaluate --values, whole process: must < 12 ms") { _ in
        let code = Program.run(
            tidegate,
            [
                "evaluate", "--slo", Fixture.folder + "/slo.yaml", "--values", Fixture.folder + "/values.json",
                "--no-history",
            ]
        )
        precondition(code == 0, "\(tidegate) ended with \(code)")
    }

    Benchmark("5 the same with the store: no figure is promised") { _ in
        let code = Program.run(
            tidegate,
            [
                "evaluate", "--slo", Fixture.folder + "/slo.yaml", "--values", Fixture.folder + "/values.json",
                "--data-dir", Fixture.folder + "/data",
            ]
        )
        precondition(code == 0, "\(tidegate) ended with \(code)")
    }

    Benchmark("6 100 indicators from a 100 ms provider: must < 1.5 s", configuration: .init(maxIterations: 3)) { run in
        guard let port = try? SlowProvider.start() else { fatalError("no port for the slow provider") }
        run.startMeasurement()
        let code = Program.run(
            tidegate,
            [
                "evaluate", "--slo", Fixture.folder + "/slow.yaml", "--provider", "prometheus=http://127.0.0.1:\(port)",
                "--window", "5m", "--no-history",
            ]
        )
        run.stopMeasurement()
        precondition(code == 0, "\(tidegate) ended with \(code)")
    }
}
