import Events
import Objectives
import Testing

@Suite("A verdict's reason")
struct ReasonTests {
    /// An evaluation of these objectives with these values.
    private func reason(
        _ objectives: String,
        _ values: [String: IndicatorValue.Outcome],
        earlier: [[String: Double]] = [],
        total: String = "{pass: 90%, warning: 75%}"
    ) throws -> String {
        let text = """
            comparison: {compare_with: several_results, include_result_with_score: pass}
            objectives:
            \(objectives)
            total_score: \(total)
            """
        func observations(_ values: [String: IndicatorValue.Outcome]) -> [Observation] {
            values.sorted { $0.key < $1.key }.map { Observation(IndicatorValue(metric: $0.key, outcome: $0.value)) }
        }
        let now = Timestamp(milliseconds: 0)
        let window = try #require(TimeWindow(start: now, end: now))
        let evidence = Evidence(
            id: "1",
            lane: Lane(project: "p", stage: "s", service: "v"),
            labels: [:],
            window: window,
            slo: .init(path: "slo.yaml", sha256: "", text: text),
            observations: observations(values),
            baselines: earlier.map {
                .init(id: nil, result: .pass, values: observations($0.mapValues { .value($0) }))
            },
            failures: []
        )
        return try Evaluation(evidence).reason
    }

    private static let latency = "- {sli: latency, pass: [{criteria: ['<=+10%']}]}"

    @Test("says how many times the baseline a value is, and what was allowed")
    func ratio() throws {
        let earlier = [80.0, 70, 90].map { ["latency": $0] }
        #expect(
            try reason(Self.latency, ["latency": .value(240)], earlier: earlier)
                == "failed with 0 %, 75 % needed: latency is 240, 3.0 times the average of the last 3 passes (80), allowed +10 %"
        )
    }

    @Test("says by how many percent where it is less than twice the baseline")
    func percentage() throws {
        #expect(
            try reason(Self.latency, ["latency": .value(100)], earlier: [["latency": 80]])
                == "failed with 0 %, 75 % needed: latency is 100, 25.0 % above the last pass (80), allowed +10 %"
        )
    }

    @Test("names a baseline of 0")
    func zeroBaseline() throws {
        #expect(
            try reason(Self.latency, ["latency": .value(1)], earlier: [["latency": 0]])
                == "failed with 0 %, 75 % needed: latency is 1, and the last pass is 0, of which any percentage is 0"
        )
    }

    @Test(
        "says how far a value is from a fixed limit",
        arguments: [
            ("<600", 612.5, "is 612.5, 12.5 over the limit <600"), ("<600", 600, "is 600, allowed <600"),
            (">=99.9", 98, "is 98, 1.9 under the limit >=99.9"), ("=0", 2, "is 2, 2 off the required =0"),
        ]
    )
    func fixed(criterion: String, value: Double, words: String) throws {
        #expect(
            try reason("- {sli: x, pass: [{criteria: ['\(criterion)']}]}", ["x": .value(value)])
                == "failed with 0 %, 75 % needed: x \(words)"
        )
    }

    @Test("names the key objective that decided, and the others besides")
    func key() throws {
        let objectives = "- {sli: a, key_sli: true, pass: [{criteria: [<1]}]}\n- {sli: b, pass: [{criteria: [<1]}]}"
        #expect(
            try reason(objectives, ["a": .value(2), "b": .value(3)])
                == "failed, because a key objective failed: a is 2, 1 over the limit <1; besides: b is 3, 2 over the limit <1"
        )
    }

    @Test("of a warning says what was missed")
    func warning() throws {
        let objectives = "- {sli: a, weight: 3, pass: [{criteria: [<1]}]}\n- {sli: b, pass: [{criteria: [<1]}]}"
        #expect(
            try reason(objectives, ["a": .value(0), "b": .value(3)])
                == "passed with a warning, 75 % of the 90 % needed for a pass: b is 3, 2 over the limit <1"
        )
    }

    @Test("of a pass says so, and what was missed all the same")
    func pass() throws {
        #expect(
            try reason("- {sli: a, pass: [{criteria: [<1]}]}", ["a": .value(0)])
                == "passed with 100 %, 90 % needed: its objective holds"
        )
        let objectives = "- {sli: a, weight: 9, pass: [{criteria: [<1]}]}\n- {sli: b, pass: [{criteria: [<1]}]}"
        #expect(
            try reason(objectives, ["a": .value(0), "b": .failure("the answer is NaN")])
                == "passed with 90 %, 90 % needed, although b has no value: the answer is NaN"
        )
    }

    @Test("names three objectives and counts the rest")
    func many() throws {
        let names = ["a", "b", "c", "d", "e"]
        let objectives = names.map { "- {sli: \($0), pass: [{criteria: [<1]}]}" }.joined(separator: "\n")
        let values = Dictionary(uniqueKeysWithValues: names.map { ($0, IndicatorValue.Outcome.value(2)) })
        #expect(try reason(objectives, values).hasSuffix("c is 2, 1 over the limit <1; and 2 more"))
    }

    @Test("names indicators that nobody asked for")
    func notAskedFor() throws {
        #expect(
            try reason("- {sli: a, pass: [{criteria: [<1]}]}", ["a": .value(0), "z": .value(1)])
                .hasSuffix("; no objective asks for z")
        )
    }

    @Test(
        "follows the policy for no data",
        arguments: [
            ("fail", "failed with 50 %, 75 % needed: b has no data: nothing came"),
            ("warning", "passed with a warning, 75 % of the 90 % needed for a pass: b has no data: nothing came"),
            ("ignore", "passed with 100 %, 90 % needed: its objective holds"),
        ]
    )
    func noData(policy: String, words: String) throws {
        let objectives =
            "- {sli: a, pass: [{criteria: [<1]}]}\n- {sli: b, no_data: \(policy), pass: [{criteria: [<1]}]}"
        #expect(try reason(objectives, ["a": .value(0), "b": .noData("nothing came")]) == words)
    }

    @Test("says that nothing was judged where all data is missing and ignored, which is no pass")
    func nothingJudged() throws {
        #expect(
            try reason("- {sli: a, no_data: ignore, pass: [{criteria: [<1]}]}", [:])
                == "passed with a warning: nothing was judged, because no objective that counts has data and `no_data` is `ignore`"
        )
    }
}

@Suite("A number in words")
struct NumberTextTests {
    @Test(
        "has four significant digits, and no more than a line can hold",
        arguments: [
            (240.0, "240"), (0.1 + 0.2, "0.3"), (1234.56, "1234.6"), (12.3456, "12.35"), (-0.000123456, "-0.0001235"),
            (1e300, "1e+300"), (123_456_789, "123456789"), (1.5e15, "1.5e+15"),
        ]
    )
    func short(number: Double, text: String) {
        #expect(number.short == text)
    }
}
