import Events
import Executors
import Foundation
import Journal
import Logging
import Synchronization
import TestSupport
import Testing
import Workflows

@testable import Orchestrator

@Suite("Retention")
struct RetentionTests {
    private static let shipyard = """
        apiVersion: spec.keptn.sh/0.2.3
        kind: Shipyard
        metadata: {name: shop}
        spec:
          stages:
            - name: dev
              sequences:
                - name: delivery
                  tasks: [{name: approval, properties: {pass: automatic}}]
                - name: waiting
                  tasks: [{name: approval, properties: {pass: manual}}]
        """

    private static func project(_ retention: String) -> String {
        "apiVersion: tidegate.dev/v1\nkind: Project\nspec: {retention: \(retention)}\n"
    }

    private static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    @Test("takes away what is old and ended, of the project that says so, and nothing else")
    func age() async throws {
        let place = try Place()
        let then = Timestamp.now - Self.days(60)
        place.clock.withLock { $0 = then }
        for project in ["shop", "bank"] {
            try await place.apply(project, ["shipyard.yaml": Self.shipyard])
            for _ in 0..<3 { try await place.trigger("delivery", in: project) }
        }
        try await place.apply("shop", ["project.yaml": Self.project("{events: 30d}")])
        let each = try place.count("bank")
        #expect(try place.count("shop") == each)
        place.clock.withLock { $0 = .now }
        try await place.trigger("delivery", in: "shop")
        try await place.retain()
        #expect(try place.count("shop") == each / 3, "the new one is left")
        #expect(
            try place.count("bank") == each,
            "the other project says nothing, though its runs have the same context"
        )
        #expect(
            try place.journal.sequences(EventFilter(), limit: 100).count == 4,
            "one of the shop's, three of the bank's"
        )
        #expect(try place.journal.check() == [])
        try await place.retain(.init(events: Self.days(30)))
        #expect(try place.count("bank") == each / 3, "now the server speaks for it, and the last one stays")
        #expect(try place.journal.document("shipyard.yaml", of: "bank") != nil, "documents stay")
        #expect(try place.journal.check() == [])
        try place.journal.rebuild()
        #expect(try place.journal.check() == [])
    }

    @Test("leaves what an open sequence needs, and what ended while it was open")
    func open() async throws {
        let place = try Place()
        place.clock.withLock { $0 = .now - Self.days(60) }
        try await place.apply("shop", ["shipyard.yaml": Self.shipyard, "project.yaml": Self.project("{events: 30d}")])
        try await place.trigger("delivery", in: "shop")
        let waiting = try await place.trigger("waiting", in: "shop")
        try await place.trigger("delivery", in: "shop")
        place.clock.withLock { $0 = .now }
        try await place.retain()
        let left = try place.journal.sequences(EventFilter(), limit: 100).map(\.run.id)
        #expect(left.count == 2)
        #expect(left.last == waiting)
        #expect(try place.journal.check() == [])
    }

    @Test("keeps evaluations with their evidence for longer, and takes them away at last")
    func evaluations() async throws {
        let place = try Place()
        let slo = "objectives: [{sli: x, pass: [{criteria: ['<1']}]}]\ntotal_score: {pass: 90%}\nindicators: {x: x}\n"
        place.clock.withLock { $0 = .now - Self.days(60) }
        try await place.apply(
            "shop",
            ["slo.yaml": slo, "project.yaml": Self.project("{events: 30d, evaluations: 90d}")]
        )
        let evaluation = try await evaluate(slo, place)
        try await place.retain()
        place.clock.withLock { $0 = .now }
        try await place.retain()
        #expect(try place.journal.evaluation(evaluation) != nil)
        #expect(try place.journal.check() == [])
        try await place.apply("shop", ["project.yaml": Self.project("{events: 30d, evaluations: 40d}")])
        try await place.trigger("delivery", in: "shop")
        let each = try place.count("shop") - 1
        try await place.retain()
        #expect(try place.journal.evaluation(evaluation) == nil)
        #expect(try place.count("shop") == each)
        #expect(try place.journal.check() == [])
    }

    @Test("goes on behind many evaluations that stay")
    func manyEvaluations() async throws {
        let place = try Place()
        let slo = "objectives: [{sli: x, pass: [{criteria: ['<1']}]}]\ntotal_score: {pass: 90%}\nindicators: {x: x}\n"
        place.clock.withLock { $0 = .now - Self.days(60) }
        try await place.apply("shop", ["shipyard.yaml": Self.shipyard, "project.yaml": Self.project("{events: 30d}")])
        for index in 0..<510 { _ = try await evaluate(slo, place, offset: index) }
        for _ in 0..<2 { try await place.trigger("delivery", in: "shop") }
        place.clock.withLock { $0 = .now }
        try await place.retain()
        #expect(try place.journal.sequences(EventFilter(), limit: 10).count == 1)
        #expect(try place.journal.check() == [])
    }

    @Test("keeps what a rollback would go back to, and an evaluation alone is nothing to go back to")
    func release() async throws {
        let place = try Place()
        let judged = Self.shipyard.replacing(
            "tasks: [{name: approval, properties: {pass: automatic}}]",
            with: "tasks: [{name: evaluation}]"
        )
        let then = Timestamp.now - Self.days(60)
        place.clock.withLock { $0 = then }
        try await place.apply("shop", ["shipyard.yaml": judged, "project.yaml": Self.project("{events: 30d}")])
        let lane = Lane(project: "shop", stage: "dev", service: "carts")
        for (sequence, version) in [("delivery", "1"), ("delivery", "2"), ("evaluation", "3")] {
            place.clock.withLock { $0 = $0 + .seconds(1) }
            let trigger = Event(
                type: "sh.keptn.event.dev.\(sequence).triggered",
                id: Orchestrator.newID,
                source: "test",
                time: .now,
                context: "c\(version)",
                lane: lane,
                data: ["project": "shop", "stage": "dev", "service": "carts", "labels": ["version": .text(version)]]
            )
            try await place.writer { _ = try $0.take(trigger) }
            let task = try await place.writer { try $0.state(of: lane).runs.last?.tasks.last?.id }
            let answer = Event(
                type: "sh.keptn.event.evaluation.finished",
                id: Orchestrator.newID,
                source: "/tidegate/executor/evaluation",
                time: .now,
                context: "c\(version)",
                triggeredID: task,
                lane: lane,
                data: ["project": "shop", "stage": "dev", "service": "carts", "result": "pass", "status": "succeeded"]
            )
            try await place.writer { _ = try $0.take(answer) }
        }
        let second: JSON = ["labels": ["version": "2"]]
        #expect(try await place.writer { try $0.state(of: lane).released?.data } == second)
        place.clock.withLock { $0 = .now }
        try await place.retain()
        let left = try place.journal.sequences(EventFilter(), limit: 10).map(\.run.context)
        #expect(left.contains("c2"))
        #expect(!left.contains("c1"))
        #expect(try place.journal.check() == [])
    }

    @Test("leaves what a sink was not told of yet")
    func deliveries() async throws {
        let place = try Place()
        place.clock.withLock { $0 = .now - Self.days(60) }
        let subscribed =
            "apiVersion: tidegate.dev/v1\nkind: Project\nspec: {retention: {events: 30d}, subscriptions: [{name: s, events: ['*'], sink: {url: 'http://127.0.0.1:1'}}]}\n"
        try await place.apply("shop", ["shipyard.yaml": Self.shipyard, "project.yaml": subscribed])
        for _ in 0..<3 { try await place.trigger("delivery", in: "shop") }
        place.clock.withLock { $0 = .now }
        let before = try place.journal.deliveries(of: nil, after: 0, limit: 100).count
        try await place.retain()
        #expect(try place.journal.deliveries(of: nil, after: 0, limit: 100).count == before)
        let first = try #require(try place.journal.dueDeliveries(at: .now, limit: 10).first)
        try await place.writer { try $0.postpone(first, until: nil, reason: "it is down") }
        #expect(try place.journal.dueDeliveries(at: .now, limit: 10).count == 1, "the next one has its turn")
        #expect(try place.journal.check() == [])
    }

    /// Keeps an evaluation of 60 days ago.
    private func evaluate(_ slo: String, _ place: Place, offset: Int = 0) async throws -> String {
        let time = Timestamp.now - Self.days(60) + .milliseconds(Int64(offset))
        let evaluation = try EvaluationFixture.make(slo: slo, at: time)
        let event = try evaluation.event(context: "c", at: time)
        try await place.writer { _ = try $0.take(event) }
        return event.id
    }

    @Test("keeps the journal below its size where what is old may go")
    func size() async throws {
        let place = try Place()
        place.clock.withLock { $0 = .now - Self.days(3) }
        try await place.apply("shop", ["shipyard.yaml": Self.shipyard])
        for _ in 0..<300 { try await place.trigger("delivery", in: "shop") }
        let before = try await place.writer { try $0.size() }
        place.clock.withLock { $0 = .now }
        try await place.trigger("delivery", in: "shop")
        try await place.retain(.init(size: before / 2))
        #expect(try await place.writer { try $0.size() } <= before / 2)
        #expect(try place.journal.sequences(EventFilter(), limit: 1).count == 1)
        #expect(try place.journal.check() == [])
    }
}
