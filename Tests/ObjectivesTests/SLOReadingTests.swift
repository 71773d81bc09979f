import Documents
import Objectives
import Testing

@Suite("An SLO file")
struct SLOReadingTests {
    private func warnings(_ text: String) -> [String] {
        let reading = SLO.read(text, file: "slo.yaml")
        #expect(reading.value != nil, "\(reading.diagnostics)")
        return reading.diagnostics.map(\.description)
    }

    private func slo(_ objective: String, total: String = "pass: 90%") -> String {
        "objectives:\n  - sli: latency\n    \(objective)\ntotal_score:\n  \(total)\n"
    }

    @Test(
        "is read as people write it",
        arguments: [
            "filter:\nobjectives:\n  - sli: a\ntotal_score:\n  pass: \"90%\"",
            "\u{FEFF}spec_version: 1.0\r\nobjectives:\r\n  - sli: a\r\n    pass: []\r\ntotal_score:\r\n  pass: 90\r\n",
            "spec_version: ''\nobjectives:\n- sli: a\n  pass:\n  - criteria:\n    - <=800\n    - <=1%\n    - =0\n    - <=.5\n    - '>=0.000000'\ntotal_score:\n  pass: 90%",
            "objectives:\n- &one {sli: a, pass: [{criteria: ['<5']}]}\ntotal_score: {pass: 50%, warning: }\n# end",
        ]
    )
    func readAsWritten(text: String) {
        #expect(warnings(text) == [])
    }

    @Test("warns of a warning score above the pass score")
    func warningAbovePass() {
        #expect(
            warnings("objectives:\n  - sli: a\n    pass: [{criteria: [<5]}]\ntotal_score: {pass: 50%, warning: 75%}")
                == [
                    "slo.yaml:4:26: warning: `warning` (75) is above `pass` (50): no score is ever only a warning"
                ]
        )
    }

    @Test("warns of a pass score that nothing reaches")
    func passAboveHundred() {
        #expect(
            warnings("objectives:\n  - sli: a\n    pass: [{criteria: [<5]}]\ntotal_score: {pass: 150%}") == [
                "slo.yaml:4:15: warning: no score reaches 150: nothing ever passes"
            ]
        )
    }

    @Test(
        "warns of an objective that can never pass or never fail",
        arguments: [
            ("pass: [{criteria: [<5, '>6']}]", "this objective can never pass: no value holds `<5` and `>6`"),
            ("pass: [{criteria: [<5, '>=5']}]", "this objective can never pass: no value holds `<5` and `>=5`"),
            ("pass: [{criteria: [=5, =6]}]", "this objective can never pass: no value holds `=5` and `=6`"),
            (
                "pass: [{criteria: [<5]}, {criteria: ['>=5']}]",
                "this objective can never fail: every value holds `<5`, or `>=5`"
            ),
            (
                "pass: [{criteria: [<5, <9]}]\n    warning: [{criteria: ['>4']}]",
                "this objective can never fail: every value holds `<5` and `<9`, or `>4`"
            ),
        ]
    )
    func neverPassesNeverFails(objective: String, message: String) {
        #expect(warnings(slo(objective)) == ["slo.yaml:2:5: warning: \(message)"])
    }

    @Test(
        "does not warn of an objective that can pass and fail",
        arguments: [
            "pass: [{criteria: [<5, '>4']}]", "pass: [{criteria: [<5]}, {criteria: ['>5']}]",
            "pass: [{criteria: [<=5, '>=5']}]",
            "pass: [{criteria: [<+10%]}, {criteria: ['>=-10%']}]",
        ]
    )
    func canPassAndFail(objective: String) {
        #expect(warnings(slo(objective)) == [])
    }

    @Test(
        "warns of what has no effect",
        arguments: [
            (
                "weight: 0\n    pass: [{criteria: [<5]}]", "3:5",
                "a weight of 0 counts as 1; for an objective that only informs, leave out `pass`"
            ),
            (
                "warning: [{criteria: [<5]}]", "2:5",
                "`warning` has no effect without `pass`: the objective only informs"
            ),
            (
                "fail: [{criteria: ['>5']}]", "3:5",
                "`fail` has no effect, and had none in Keptn; what neither passes nor warns fails; write the limit into `pass` or `warning`"
            ),
        ]
    )
    func withoutEffect(objective: String, place: String, message: String) {
        #expect(warnings(slo(objective)) == ["slo.yaml:\(place): warning: \(message)"])
    }

    @Test("may name an indicator without a query, with a warning", arguments: ["", "''", "~"])
    func withoutQuery(query: String) {
        let text = "objectives: [{sli: a}]\nindicators:\n  a: \(query)\ntotal_score: {pass: 90%}"
        #expect(warnings(text) == ["slo.yaml:3:3: warning: indicator `a` has no query, so it can't be asked for"])
    }

    @Test("may have two objectives on one indicator, with a warning")
    func twoOnOne() {
        let text = "objectives:\n- sli: a\n- sli: a\ntotal_score: {pass: 90%}"
        #expect(warnings(text) == ["slo.yaml:3:3: warning: `a` is judged by an objective in line 2 too; both count"])
    }

    @Test(
        "compares with as many earlier results as Keptn",
        arguments: [
            ("", 1), ("comparison: {}", 3), ("comparison: {compare_with: single_result}", 1),
            ("comparison: {compare_with: single_result, number_of_comparison_results: 5}", 1),
            ("comparison: {compare_with: several_results}", 3),
            ("comparison: {compare_with: several_results, number_of_comparison_results: 5}", 5),
        ]
    )
    func comparisonLimit(comparison: String, limit: Int) throws {
        let text = "\(comparison)\nobjectives:\n- sli: a\ntotal_score: {pass: 90%}"
        #expect(try #require(SLO.read(text, file: "").value).comparison.limit == limit)
    }
}
