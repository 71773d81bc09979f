import Documents
import Events
import Testing
import Workflows

@Suite("A shipyard")
struct ShipyardTests {
    private static let head = "apiVersion: spec.keptn.sh/0.2.3\nkind: Shipyard\nmetadata: {name: s}\nspec:\n  stages:\n"

    private func read(_ stages: String) -> (Shipyard?, [String]) {
        let reading = Shipyard.read(Self.head + stages, file: "shipyard.yaml")
        return (reading.value, reading.diagnostics.map { String($0.description.dropFirst("shipyard.yaml:".count)) })
    }

    @Test("has stages, sequences, tasks and triggers")
    func complete() throws {
        let (read, diagnostics) = read(
            """
              - name: dev
                sequences:
                  - name: 50%
                    tasks:
                      - name: deployment
                        properties: {deploymentstrategy: direct, replicas: 2, canary: true, note: "2", nothing: }
                      - name: evaluation
                        triggeredAfter: 10m
                        properties:
              - name: prod
                sequences:
                  - name: rollback
                    triggeredOn:
                      - event: dev.50%.finished
                        selector: {match: {result: failed}}
                      - event: dev.50%.finished
                        selector: {match: {evaluation.result: warning}}
                      - event: dev.evaluation.finished
                    tasks: [{name: rollback}]
            """
        )
        #expect(diagnostics == [])
        let shipyard = try #require(read)
        let tasks = try #require(shipyard.sequence("50%", in: "dev")).tasks
        #expect(tasks.map(\.name) == ["deployment", "evaluation"])
        #expect(
            tasks[0].properties
                == .object([
                    "deploymentstrategy": .text("direct"), "replicas": .number(2), "canary": .boolean(true),
                    "note": .text("2"), "nothing": .null,
                ])
        )
        #expect(tasks[1].delay == .seconds(600))
        let triggers = try #require(shipyard.sequence("rollback", in: "prod")).triggers
        #expect(triggers.map(\.sequence) == ["50%", "50%", "evaluation"])
        #expect(
            triggers.map(\.selector) == [
                .sequence([.fail]), .task("evaluation", [.warning]), .sequence([.pass, .warning]),
            ]
        )
    }

    @Test("has the sequence `evaluation` in each of its stages")
    func builtIn() throws {
        let (shipyard, diagnostics) = read("  - name: prod\n")
        #expect(diagnostics == [])
        #expect(shipyard?.sequence("evaluation", in: "prod")?.tasks.map(\.name) == ["evaluation"])
        #expect(shipyard?.sequence("evaluation", in: "dev") == nil)
        #expect(shipyard?.sequence("delivery", in: "prod") == nil)
    }

    @Test(
        "is read with a warning where something never happens, or is written as it was",
        arguments: [
            (
                "  - name: a\n    sequences: [{name: x, triggeredOn: [{event: a.y.finished}], tasks: [{name: t}]}]\n",
                "7:49: warning: this never fires: there is no sequence `a.y`, did you mean `a.x`?"
            ),
            (
                "  - name: a\n    sequences: [{name: x, triggeredOn: [{event: a.y.triggered}]}]\n",
                "7:49: warning: `a.y.triggered` never fires; write `STAGE.SEQUENCE.finished`"
            ),
            (
                "  - name: a\n    sequences: [{name: x, triggers: [a.evaluation.finished]}]\n",
                "7:27: warning: `triggers` is the older form; write `triggeredOn: [{event: …}]`"
            ),
            (
                "  - name: a\n    test_strategy: performance\n",
                "7:5: warning: `test_strategy` has no effect, and had none in Keptn; properties of a task say what they said in 0.1"
            ),
        ]
    )
    func warned(stages: String, warning: String) {
        let (shipyard, diagnostics) = read(stages)
        #expect(shipyard != nil)
        #expect(diagnostics == [warning])
    }

    @Test(
        "is refused where it would do something else than it seems to say",
        arguments: [
            (
                "  - name: a\n    sequences: [{name: x, triggeredOn: [{event: a.y.finished}]}, {name: y, triggeredOn: [{event: a.x.finished}], tasks: [{name: t, when: {result: fail}}]}]\n",
                [
                    "7:49: error: `a.x` would start itself for ever: no sequence of this circle has a task that is always done"
                ]
            ),
            (
                "  - name: a\n    sequences: [{name: x, tasks: [{name: t, retries: 11, timeout: 5 minutes, when: {t.result: green}}]}]\n",
                [
                    "7:54: error: `retries` must be a whole number from 0 to 10, not `11`",
                    "7:67: error: `timeout` must be a duration such as `10m`, not `5 minutes`",
                    "7:95: error: expected `pass`, `warning` or `fail`, found `green`",
                ]
            ),
            (
                "  - name: a\n    sequences: [{name: x, tasks: [{parallel: [{name: t}, {name: t}]}, {name: a.b}]}]\n",
                [
                    "7:35: error: two tasks of one parallel group are called `t`; their results could not be told apart",
                    "7:78: error: a task's name has no dots: its events are told from a sequence's by that",
                ]
            ),
            (
                "  - name: a.b\n    sequences: [{name: x, tasks: [{name: \"\"}]}]\n",
                [
                    "5:3: error: `a.b.x`: a stage's name has no dot, and neither name is empty, longer than 200 characters or has control characters",
                    "5:3: error: ``: a task's name has no dot, and is not empty, longer than 200 characters or with control characters",
                ]
            ),
            (
                "  - name: a\n    sequences: [{name: x, triggeredOn: [{event: a.evaluation.finished, selector: {match: , result: fail}}]}]\n",
                [
                    "7:83: error: `match` of `selector` has no value; expected `result: pass`, `warning` or `fail`; or `TASK.result: …`",
                    "7:92: error: `result` can't be used: indent it, so that it stands under `match`; here it is not looked at, and any pass would fire",
                ]
            ),
            (
                "  - name: a\n    sequences: [{name: x, tasks: [{name: t, triggerAfter: 5m}]}]\n",
                ["7:45: error: `triggerAfter` can't be used: it is called `triggeredAfter`; Keptn did not wait at all"]
            ),
            (
                "  - name: a\n    sequences: [{name: x, tasks: [{name: t, triggeredOn: []}]}]\n",
                ["7:45: error: `triggeredOn` can't be used: sequences are triggered, not tasks; move it beside `tasks`"]
            ),
            (
                "  - name: a\n    sequences: [{name: x, tasks: [{name: t, triggeredAfter: soon}]}]\n",
                ["7:61: error: `triggeredAfter` must be a duration such as `10m`, not `soon`"]
            ),
            (
                "  - name: a\n    sequences: [{name: x, triggeredOn: [{event: a.evaluation.finished, selector: {match: {result: broken}}}]}]\n",
                ["7:99: error: expected `pass`, `warning` or `fail`, found `broken`"]
            ),
            (
                "  - name: a\n  - name: a\n",
                ["5:3: error: two of one stages are called `a`; the second would never run"]
            ),
            (
                "  - name: a\n    sequence: []\n",
                ["7:5: error: unknown key `sequence` in a stage, did you mean `sequences`?"]
            ),
        ]
    )
    func refused(stages: String, errors: [String]) {
        let (shipyard, diagnostics) = read(stages)
        #expect(shipyard == nil)
        #expect(diagnostics == errors)
    }

    @Test("of 0.1 is refused with how the same is written today")
    func older() {
        let reading = Shipyard.read("stages:\n  - name: dev\n    deployment_strategy: direct\n", file: "s")
        #expect(reading.value == nil)
        #expect(reading.diagnostics.count == 1)
        #expect(reading.diagnostics[0].message.contains("is now a task `deployment`"))
    }

    @Test("of a version that never was is read with a warning")
    func version() {
        let text = (Self.head + "  - name: a\n").replacing("0.2.3", with: "1.2.0")
        let reading = Shipyard.read(text, file: "s")
        #expect(reading.value != nil)
        #expect(
            reading.diagnostics.map(\.description) == [
                "s:1:13: warning: there never was `spec.keptn.sh/1.2.0`; it is read as `spec.keptn.sh/0.2.3`, write that"
            ]
        )
    }
}
