import Testing
import Workflows

@Suite("The type of an event")
struct EventKindTests {
    static let types: [(String, EventKind)] = [
        ("sh.keptn.event.dev.delivery.triggered", .sequenceTriggered(stage: "dev", sequence: "delivery")),
        ("sh.keptn.event.dev.delivery.v2.finished", .sequenceFinished(stage: "dev", sequence: "delivery.v2")),
        ("sh.keptn.event.deployment.triggered", .taskTriggered("deployment")),
        ("sh.keptn.event.get-sli.started", .taskStarted("get-sli")),
        ("sh.keptn.event.deployment.status.changed", .taskStatusChanged("deployment")),
        ("sh.keptn.event.deployment.finished", .taskFinished("deployment")),
        ("sh.keptn.event.dev.\u{1F3FB}x.triggered", .sequenceTriggered(stage: "dev", sequence: "\u{1F3FB}x")),
        ("sh.keptn.event.a\u{301}.\u{301}b.triggered", .sequenceTriggered(stage: "a\u{301}", sequence: "\u{301}b")),
        ("sh.keptn.event..triggered", .other), ("sh.keptn.event.dev..triggered", .other),
        ("sh.keptn.event.evaluation.invalidated", .other), ("sh.keptn.event.dev.delivery.started", .other),
        ("com.example.triggered", .other), ("", .other),
    ]

    @Test("says what it means to a lane", arguments: types)
    func kinds(type: String, kind: EventKind) {
        #expect(EventKind(type) == kind)
    }
}
