import Events
import Executors
import Foundation
import Journal
import TestSupport
import Testing
import Workflows

@testable import Orchestrator

/// What is done about a problem, decided by the journal's own writer; executors and the gate are played.
@Suite("A remediation")
struct RemediationTests {
    private static let shipyard = """
        apiVersion: spec.keptn.sh/0.2.3
        kind: Shipyard
        metadata: {name: shop}
        spec:
          stages:
            - name: prod
              sequences:
                - name: remediation
                  triggeredOn: [{event: prod.remediation.finished, selector: {match: {evaluation.result: fail}}}]
                  tasks: [{name: get-action}, {name: action}, {name: evaluation, triggeredAfter: 10m}]
        """
    private static let remediation = """
        apiVersion: spec.keptn.sh/0.1.4
        kind: Remediation
        metadata: {name: carts}
        spec:
          remediations:
            - problemType: slow
              actionsOnOpen: [{name: Scale up, action: scaling, value: "+1"}, {name: Restart, action: restart}]
              actionsOnClose: [{name: Scale down, action: scaling, value: "-1"}, {name: Tidy, action: tidy}]
            - problemType: default
              actionsOnOpen: [{action: restart}]
        """
    private static let lane = Lane(project: "shop", stage: "prod", service: "carts")

    /// A problem in a place, and those who answer.
    private struct World {
        let place: Place

        init(_ settings: String = "") async throws {
            place = try Place()
            var documents = [
                "shipyard.yaml": RemediationTests.shipyard,
                "services/carts/remediation.yaml": RemediationTests.remediation,
            ]
            if !settings.isEmpty {
                documents["project.yaml"] =
                    "apiVersion: tidegate.dev/v1\nkind: Project\nspec: {remediation: \(settings)}\n"
            }
            try await place.apply("shop", documents)
        }

        private func event(_ type: String, _ context: String, _ source: String, triggered: String? = nil, _ data: JSON)
            -> Event
        {
            let names: JSON = ["project": "shop", "stage": "prod", "service": "carts"]
            return Event(
                type: type,
                id: Orchestrator.newID,
                source: source,
                time: .now,
                context: context,
                triggeredID: triggered,
                lane: RemediationTests.lane,
                data: names.merged(with: data)
            )
        }

        func problem(_ context: String, _ title: String = "slow", id: String? = nil, state: String = "OPEN")
            async throws
        {
            let data: JSON = [
                "problem": [
                    "State": .text(state), "ProblemTitle": .text(title), "ProblemID": .text(id ?? context),
                ]
            ]
            let event = event("sh.keptn.event.prod.remediation.triggered", context, "test", data)
            try await place.writer { _ = try $0.take(event) }
        }

        func resolved(_ context: String) async throws {
            let data: JSON = ["problem": ["State": "RESOLVED", "ProblemID": .text(context)]]
            let event = event(ProblemEvents.resolvedType, context, Sequencer.alertSource, data)
            try await place.writer { _ = try $0.take(event) }
        }

        func pass(_ time: Duration) async throws {
            place.clock.withLock { $0 = $0 + time }
            try await place.writer { try $0.decide(in: RemediationTests.lane) }
        }

        func send(_ name: String, _ data: JSON) async throws {
            let event = event("sh.keptn.event.prod.\(name).triggered", Orchestrator.newID, "test", data)
            try await place.writer { _ = try $0.take(event) }
        }

        func freeze(_ isFrozen: Bool) async throws {
            let event = Event(
                type: isFrozen ? ProblemEvents.frozenType : ProblemEvents.unfrozenType,
                id: Orchestrator.newID,
                source: Sequencer.operatorSource,
                time: .now,
                context: "f",
                lane: nil,
                data: ["reason": "the network is rebuilt (ann)", "project": "shop"]
            )
            try await place.writer { ledger in
                _ = try ledger.take(event)
                for lane in try ledger.openLanes(of: "shop") { try ledger.decide(in: lane) }
            }
        }

        /// Carries out the action that is asked for.
        ///
        /// - Returns: Its name.
        func act(_ result: String = "pass") async throws -> String? {
            guard let (run, task) = try await open("action") else { return nil }
            let name = try actions().last
            for verb in ["started", "finished"] {
                let event = event(
                    "sh.keptn.event.action.\(verb)",
                    run.context,
                    "me",
                    triggered: task.id,
                    ["result": .text(result)]
                )
                try await place.writer { _ = try $0.take(event) }
            }
            return name
        }

        /// Judges what the action has come to, after the ten minutes.
        func judge(_ result: Verdict, score: Double) async throws {
            try await pass(.seconds(600))
            let (run, task) = try #require(try await open("evaluation"))
            let event = event(
                "sh.keptn.event.evaluation.finished",
                run.context,
                "/tidegate/executor/evaluation",
                triggered: task.id,
                [
                    "result": .text(result.rawValue),
                    "evaluation": ["result": .text(result.rawValue), "score": .number(score)],
                ]
            )
            try await place.writer { _ = try $0.take(event) }
        }

        private func open(_ name: String) async throws -> (Run, TaskRun)? {
            try await place.writer { ledger in
                for run in try ledger.state(of: RemediationTests.lane).runs {
                    if let task = run.tasks.last(where: { $0.name == name && $0.isOpen }) { return (run, task) }
                }
                return nil
            }
        }

        /// The names of the actions that were asked for, in their order.
        func actions() throws -> [String] {
            try events("sh.keptn.event.action.triggered").compactMap { $0["data"]?["action"]?["name"]?.text }
        }

        func events(_ type: String) throws -> [JSON] {
            var filter = EventFilter()
            filter.type = type
            return try place.journal.events(filter, after: 0, limit: 1000).compactMap { JSON(known: Array($0.body)) }
        }

        /// `SEQUENCE STATE`, the oldest first.
        func sequences() throws -> [String] {
            try place.journal.sequences(EventFilter(), limit: 100).reversed().map {
                "\($0.run.sequence) \($0.run.state.rawValue)"
            }
        }

        func messages() throws -> [String] {
            try place.journal.sequences(EventFilter(), limit: 100).reversed().map { $0.run.outcome?.message ?? "" }
        }

        func check() throws { #expect(try place.journal.check() == []) }
    }

    @Test("takes the second action where the first does not help, and ends when it does")
    func secondHelps() async throws {
        let world = try await World()
        try await world.problem("p1")
        #expect(try await world.act() == "Scale up")
        try await world.judge(.fail, score: 40)
        #expect(try await world.act() == "Restart")
        try await world.judge(.pass, score: 100)
        #expect(try await world.act() == nil)
        #expect(try world.sequences() == ["remediation failed", "remediation succeeded"])
        // What was done is undone once the problem is no more, and once only.
        try await world.resolved("p1")
        try await world.resolved("p1")
        #expect(try await world.act() == "Scale down")
        #expect(try await world.act() == "Tidy")
        #expect(try await world.act() == nil)
        try await world.resolved("p1")
        #expect(try await world.act() == nil)
        #expect(try world.sequences().suffix(2) == ["remediation-undo succeeded", "remediation-undo succeeded"])
        try world.check()
    }

    @Test("asks a person when its actions are used up, with what was done")
    func usedUp() async throws {
        let world = try await World()
        try await world.problem("p1")
        for score in [40.0, 50] {
            #expect(try await world.act() != nil)
            try await world.judge(.fail, score: score)
        }
        #expect(try await world.act() == nil)
        #expect(
            try world.sequences() == [
                "remediation failed", "remediation failed", "remediation failed", "escalation waiting",
            ]
        )
        let asked = try #require(try world.events("sh.keptn.event.prod.escalation.triggered").first)
        #expect(asked["data"]?["escalation"]?["reason"] == "all 2 actions for `slow` are used up")
        #expect(asked["data"]?["evaluation"]?["score"] == .number(50))
        #expect(asked["data"]?["problem"]?["ProblemTitle"] == "slow")
        try world.check()
    }

    @Test("ends before its next step when the problem resolves, and undoes what was done")
    func resolves() async throws {
        let world = try await World()
        try await world.problem("p1")
        #expect(try await world.act() == "Scale up")
        try await world.resolved("p1")
        #expect(try world.sequences().first == "remediation succeeded")
        #expect(try world.messages().first == "the problem has resolved")
        #expect(try await world.act() == "Scale down")
        #expect(try await world.act() == "Tidy")
        try world.check()
    }

    @Test("stops, undoes and asks a person where an action made it worse")
    func worse() async throws {
        let world = try await World()
        try await world.problem("p1")
        _ = try await world.act()
        try await world.judge(.fail, score: 60)
        _ = try await world.act()
        try await world.judge(.fail, score: 20)
        #expect(try await world.act() == "Scale down")
        #expect(try await world.act() == "Tidy")
        #expect(try await world.act() == nil)
        #expect(try world.sequences().contains("escalation waiting"))
        let asked = try #require(try world.events("sh.keptn.event.prod.escalation.triggered").first)
        #expect(
            asked["data"]?["escalation"]?["reason"] == "the last action made it worse; what can be undone is undone"
        )
        try world.check()
    }

    @Test("is the only one in its lane, is followed by a pause, and no more begin in an hour than may")
    func envelope() async throws {
        let world = try await World("{perHour: 2, cooldown: 10m}")
        try await world.problem("p1")
        try await world.problem("p2")
        #expect(try world.messages().last == "held back: another remediation is under way in this lane (p1)")
        _ = try await world.act()
        try await world.judge(.pass, score: 100)
        try await world.problem("p3")
        #expect(try world.messages().last?.hasPrefix("held back: this lane is left alone until ") == true)
        try await world.pass(.seconds(601))
        try await world.problem("p4")
        #expect(try await world.act() == "Scale up")
        try await world.judge(.pass, score: 100)
        try await world.pass(.seconds(601))
        try await world.problem("p5")
        #expect(
            try world.messages().last
                == "held back: 2 remediations began in this lane within an hour, and `perHour` is 2"
        )
        try await world.pass(.seconds(3600))
        try await world.problem("p6")
        #expect(try await world.act() == "Scale up")
        #expect(
            try world.sequences() == [
                "remediation succeeded", "remediation aborted", "remediation aborted", "remediation succeeded",
                "remediation aborted", "remediation running",
            ]
        )
        try world.check()
    }

    @Test("in a dry run does everything but the action")
    func dryRun() async throws {
        let world = try await World("{dryRun: true}")
        try await world.problem("p1")
        #expect(try await world.act() == nil)
        let finished = try #require(try world.events("sh.keptn.event.action.finished").first)
        #expect(finished["data"]?["message"] == "dry run: `Scale up` was not carried out")
        try await world.judge(.pass, score: 100)
        #expect(try world.sequences() == ["remediation succeeded"])
        try world.check()
    }

    @Test("does not begin, and does not go on, while it is frozen")
    func frozen() async throws {
        let world = try await World()
        try await world.problem("p0")
        _ = try await world.act()
        try await world.freeze(true)
        try await world.judge(.fail, score: 10)
        #expect(try await world.act() == nil, "no second round")
        try await world.problem("p1")
        #expect(try world.messages().last == "held back: remediations are frozen: the network is rebuilt (ann)")
        try await world.freeze(false)
        try await world.pass(.seconds(3601))
        try await world.problem("p2")
        #expect(try await world.act() == "Scale up")
        try world.check()
    }

    @Test("is ended by a freeze while it acts, so that nothing waits for it, and a person is asked")
    func frozenInTheMiddle() async throws {
        let world = try await World()
        try await world.problem("p1")
        #expect(try world.actions() == ["Scale up"])
        try await world.freeze(true)
        let reason = "remediations are frozen: the network is rebuilt (ann)"
        #expect(try world.messages().first == reason)
        #expect(try world.sequences() == ["remediation aborted", "escalation waiting"])
        let asked = try #require(try world.events("sh.keptn.event.prod.escalation.triggered").first)
        #expect(asked["data"]?["escalation"]?["reason"] == .text(reason))
        try await world.freeze(false)
        #expect(try await world.act() == nil)
        try world.check()
    }

    @Test("that ends without another round and without help asks a person, whatever the reason")
    func neverAlone() async throws {
        let world = try await World("{cooldown: 0s}")
        try await world.problem("p1")
        // It was not judged: nothing in the shipyard goes on from there.
        #expect(try await world.act("fail") == "Scale up")
        #expect(try world.sequences() == ["remediation failed", "escalation waiting"])
        try await world.problem("p2")
        #expect(try await world.act() == "Scale up")
        try await world.judge(.pass, score: 100)
        try await world.resolved("p2")
        #expect(try await world.act("fail") == "Scale down")
        #expect(try world.sequences().suffix(2) == ["remediation-undo failed", "escalation waiting"])
        let asked = try #require(try world.events("sh.keptn.event.prod.escalation.triggered").last)
        #expect(
            asked["data"]?["escalation"]?["reason"]?.text?.hasPrefix("what was done could not be undone: ") == true
        )
        try world.check()
    }

    @Test("about no problem does nothing, once")
    func noProblem() async throws {
        let always = Self.shipyard.replacing("evaluation.result: fail", with: "result: fail")
        let world = try await World("{cooldown: 0s}")
        try await world.place.apply("shop", ["shipyard.yaml": always])
        try await world.send("remediation", .emptyObject)
        #expect(try world.sequences() == ["remediation errored", "escalation waiting"])
        #expect(try world.messages().first == "the event names no problem: `data.problem` is missing")
        try world.check()
    }

    @Test("can't get round the envelope by the context of one that was")
    func sameContext() async throws {
        let world = try await World("{perHour: 2, cooldown: 0s}")
        for _ in 0..<4 {
            try await world.problem("p1")
            guard try await world.act() != nil else { continue }
            try await world.judge(.pass, score: 100)
        }
        #expect(
            try world.sequences() == [
                "remediation succeeded", "remediation succeeded", "remediation aborted", "remediation aborted",
            ]
        )
        // What is known after a start is the same.
        let reread = try await world.place.writer { try $0.state(of: Self.lane).remediations }
        #expect(reread.map(\.isRound) == [false, false])
        try world.check()
    }

    @Test("that waits for a delivery is not put aside by one that comes after it")
    func queued() async throws {
        let world = try await World()
        let delivery = "        - {name: delivery, tasks: [{name: deployment}]}\n"
        try await world.place.apply("shop", ["shipyard.yaml": Self.shipyard + "\n" + delivery])
        try await world.send("delivery", .emptyObject)
        for context in ["p1", "p2", "p3"] { try await world.problem(context) }
        #expect(
            try world.sequences() == [
                "delivery running", "remediation queued", "remediation aborted", "remediation aborted",
            ]
        )
        try world.check()
    }

    @Test("is undone when Keptn's event says that its problem is no more, in whatever context")
    func closed() async throws {
        let world = try await World()
        try await world.problem("c1", id: "p1")
        #expect(try await world.act() == "Scale up")
        try await world.judge(.pass, score: 100)
        try await world.problem("c2", id: "p1", state: "RESOLVED")
        #expect(try await world.act() == "Scale down")
        #expect(try await world.act() == "Tidy")
        try await world.problem("c3", id: "p1", state: "RESOLVED")
        #expect(try await world.act() == nil)
        try world.check()
    }

    @Test("of a problem that nobody named takes what `default` says; of a service without a file it asks a person")
    func defaults() async throws {
        let world = try await World("{cooldown: 0s}")
        try await world.problem("p1", "something else")
        #expect(try await world.act() == "restart")
        try await world.judge(.pass, score: 100)
        let other = Lane(project: "shop", stage: "prod", service: "orders")
        let event = Event(
            type: "sh.keptn.event.prod.remediation.triggered",
            id: "x",
            source: "test",
            time: .now,
            context: "o",
            lane: other,
            data: [
                "project": "shop", "stage": "prod", "service": "orders",
                "problem": ["ProblemTitle": "slow", "ProblemID": "9"],
            ]
        )
        try await world.place.writer { _ = try $0.take(event) }
        #expect(try world.sequences().suffix(2) == ["remediation errored", "escalation waiting"])
        #expect(
            try world.messages()[1] == "no remediation file is applied for `orders`: services/orders/remediation.yaml"
        )
        try world.check()
    }
}
