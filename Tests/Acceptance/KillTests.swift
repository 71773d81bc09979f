import Foundation
import Synchronization
import TestSupport
import Testing

/// What is promised on a crash, held against a server that is killed again and again under load.
@Suite("A server that is killed")
struct KillTests {
    private static let kills = ProcessInfo.processInfo.environment["TIDEGATE_KILLS"].flatMap { Int($0) } ?? 30

    private static let shipyard = """
        apiVersion: spec.keptn.sh/0.2.3
        kind: Shipyard
        metadata: {name: kill}
        spec:
          stages:
            - name: dev
              sequences:
                - name: delivery
                  tasks: [{name: approval, properties: {pass: automatic}}, {name: deployment}, {name: test}]
            - name: prod
              sequences:
                - name: delivery
                  triggeredOn: [{event: dev.delivery.finished}]
                  tasks: [{name: deployment}]
        """

    /// What senders and the executor share with the one who kills.
    private final class Shared: Sendable {
        let acknowledged = Mutex<Set<String>>([])
        let isOver = Mutex(false)
    }

    @Test("loses nothing that it acknowledged, ends each sequence once, and never runs two in a lane")
    func kill() async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        #expect(try await server.apply("p", ["shipyard.yaml": Self.shipyard]).status == 200)
        let shared = Shared()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<4 { group.addTask { await send(sender, server, shared) } }
            group.addTask { await execute(server, shared) }
            for _ in 0..<Self.kills {
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...250)))
                server.kill()
                try await server.start()
            }
            shared.isOver.withLock { $0 = true }
            let ended = try await RunningServer.eventually {
                let open = try await server.call(.GET, "/v1/sequences?state=queued,running,waiting,paused&limit=1")
                return open.status == 200 && open.items.isEmpty
            }
            #expect(ended, "every sequence ends")
            group.cancelAll()
        }
        let events = try await server.events()
        check(events, acknowledged: shared.acknowledged.withLock { $0 })
        #expect(server.stop() == 0)
        let result = try await Program.tidegate(["check", "--data-dir", server.directory])
        #expect(result.output == "whole\n", "\(result.errors)")
    }

    private func check(_ log: [[String: Any]], acknowledged: Set<String>) {
        let events = log.compactMap { $0["event"] as? [String: Any] }
        let keys = events.map { "\($0["source"] ?? "") \($0["id"] ?? "")" }
        #expect(Set(keys).count == keys.count, "no event is there twice")
        let ids = Set(events.compactMap { $0["id"] as? String })
        #expect(acknowledged.subtracting(ids).isEmpty, "no acknowledged event is lost")
        #expect(acknowledged.count > Self.kills, "there was a load: \(acknowledged.count)")
        var finished: [String: Int] = [:]
        var running: [String: String] = [:]
        for event in events {
            guard let type = event["type"] as? String, let triggered = event["triggeredid"] as? String,
                let data = event["data"] as? [String: Any], let stage = data["stage"], let service = data["service"]
            else { continue }
            let lane = "\(stage)/\(service)"
            if type == "dev.tidegate.sequence.dequeued" {
                #expect(running[lane] == nil, "\(triggered) began in \(lane) while \(running[lane] ?? "") ran")
                running[lane] = triggered
            } else if type.hasSuffix(".delivery.finished") {
                finished[triggered, default: 0] += 1
                if running[lane] == triggered { running[lane] = nil }
            }
        }
        let triggers = events.filter { ($0["type"] as? String)?.hasSuffix(".delivery.triggered") == true }
        for trigger in triggers {
            let id = trigger["id"] as? String ?? ""
            #expect(finished[id] == 1, "\(id) ended \(finished[id] ?? 0) times")
        }
        #expect(triggers.count == 2 * acknowledged.count, "each delivery went on to production, and nothing else did")
    }

    /// Triggers deliveries; what is not answered is sent again, as it was.
    private func send(_ sender: Int, _ server: RunningServer, _ shared: Shared) async {
        var number = 0
        while !shared.isOver.withLock({ $0 }) {
            number += 1
            let id = "delivery-\(sender)-\(number)"
            let event = RunningServer.event(
                "sh.keptn.event.dev.delivery.triggered",
                id: id,
                data: ["project": "p", "stage": "dev", "service": "s\(number % 3)"]
            )
            while !Task.isCancelled {
                if let answer = try? await server.send(event), answer.status == 202 { break }
                try? await Task.sleep(for: .milliseconds(10))
            }
            _ = shared.acknowledged.withLock { $0.insert(id) }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Does every deployment and every test, by the log; its answers have ids that are made of the task's.
    private func execute(_ server: RunningServer, _ shared: Shared) async {
        var after = 0
        while !Task.isCancelled {
            guard let page = try? await server.call(.GET, "/v1/events?after=\(after)&limit=500"), page.status == 200
            else {
                try? await Task.sleep(for: .milliseconds(10))
                continue
            }
            for item in page.items {
                guard let position = item["position"] as? Int, let event = item["event"] as? [String: Any],
                    let type = event["type"] as? String, let id = event["id"] as? String
                else { continue }
                after = position
                let task = type.split(separator: ".").dropLast().last.map(String.init) ?? ""
                guard ["deployment", "test"].contains(task), type.hasSuffix(".triggered"),
                    let data = event["data"] as? [String: Any]
                else { continue }
                await answer(id, task, data, context: event["shkeptncontext"] as? String, server)
            }
            if page.items.isEmpty { try? await Task.sleep(for: .milliseconds(5)) }
        }
    }

    private func answer(
        _ id: String,
        _ task: String,
        _ data: [String: Any],
        context: String?,
        _ server: RunningServer
    ) async {
        var names = data.filter { ["project", "stage", "service"].contains($0.key) }
        let started = RunningServer.event(
            "sh.keptn.event.\(task).started",
            id: "started-\(id)",
            source: "executor",
            context: context,
            triggered: id,
            data: names
        )
        names["status"] = "succeeded"
        names["result"] = "pass"
        let finished = RunningServer.event(
            "sh.keptn.event.\(task).finished",
            id: "finished-\(id)",
            source: "executor",
            context: context,
            triggered: id,
            data: names
        )
        let batch = "[\(started),\(finished)]"
        while !Task.isCancelled {
            let answer = try? await server.call(
                .POST,
                "/v1/events",
                body: batch,
                type: "application/cloudevents-batch+json"
            )
            if answer?.status == 202 { return }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
