import Foundation
import TestSupport
import Testing

@Suite("Alerts")
struct AlertTests {
    private static let spec = """
          alerts: [{match: {team: shop}, stage: prod, service: "{{labels.service}}"}]
          remediation: {perHour: 2, cooldown: 10m}
        """
    private static let shipyard = """
        apiVersion: spec.keptn.sh/0.2.3
        kind: Shipyard
        metadata: {name: shop}
        spec:
          stages:
            - name: prod
              sequences:
                - {name: remediation, tasks: [{name: get-action}, {name: action}]}
        """
    private static let remediation = """
        apiVersion: spec.keptn.sh/0.1.4
        kind: Remediation
        spec: {remediations: [{problemType: default, actionsOnOpen: [{action: restart}]}]}
        """

    private func acting() async throws -> ActingServer {
        try await ActingServer(
            folder: try TemporaryFolder(),
            tasks: [],
            spec: Self.spec,
            documents: ["shipyard.yaml": Self.shipyard, "remediation.yaml": Self.remediation]
        )
    }

    private static func alert(_ number: Int, service: String, status: String = "firing", team: String = "shop")
        -> String
    {
        #"{"status":"\#(status)","labels":{"alertname":"Slow","team":"\#(team)","service":"\#(service)"},"annotations":{},"startsAt":"2026-01-01T00:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/graph","fingerprint":"f\#(number)"}"#
    }

    private static func webhook(_ alerts: [String]) -> String {
        #"{"version":"4","groupKey":"{}","truncatedAlerts":0,"status":"firing","receiver":"t","groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://a","alerts":[\#(alerts.joined(separator: ","))]}"#
    }

    private func send(_ alerts: [String], _ acting: ActingServer) async throws -> RunningServer.Answer {
        try await acting.server.call(.POST, "/v1/alerts/alertmanager", body: Self.webhook(alerts))
    }

    @Test("that are told again are one; those of no project are kept; what is no webhook is refused")
    func dedupe() async throws {
        let acting = try await acting()
        let first = try await send(
            [Self.alert(1, service: "carts"), Self.alert(2, service: "x", team: "bank")],
            acting
        )
        #expect(first.status == 200)
        #expect(first.items.map { $0["duplicate"] as? Bool } == [false, false])
        #expect(first.items[0]["service"] as? String == "carts")
        #expect(first.items[1]["service"] is NSNull)
        let again = try await send([Self.alert(1, service: "carts")], acting)
        #expect(again.items.first?["duplicate"] as? Bool == true)
        let unmatched = try await acting.server.call(.GET, "/v1/events?type=dev.tidegate.alert.unmatched")
        #expect(unmatched.items.count == 1)
        let resolved = try await send([Self.alert(1, service: "carts", status: "resolved")], acting)
        #expect(resolved.items.first?["context"] as? String == first.items.first?["context"] as? String)
        for (body, pointer) in [
            (#"{"version":"3","alerts":[]}"#, "/version"), (#"{"version":"4"}"#, "/alerts"),
            (
                #"{"version":"4","alerts":[{"status":"on","labels":{},"startsAt":"x","fingerprint":"y"}]}"#,
                "/alerts/0/status"
            ),
        ] {
            let answer = try await acting.server.call(.POST, "/v1/alerts/alertmanager", body: body)
            #expect(answer.status == 422)
            #expect((answer.object["errors"] as? [[String: Any]])?.first?["pointer"] as? String == pointer)
        }
        #expect(acting.server.stop() == 0)
    }

    @Test("that are no more before they are told of need nothing; long annotations are cut")
    func order() async throws {
        let acting = try await acting()
        _ = try await send([Self.alert(1, service: "carts", status: "resolved")], acting)
        let late = try await send([Self.alert(1, service: "carts")], acting)
        #expect(late.items.first?["duplicate"] as? Bool == true)
        #expect(try await acting.server.call(.GET, "/v1/sequences").items.isEmpty)
        let long = Self.alert(2, service: "carts")
            .replacing(#""annotations":{}"#, with: #""annotations":{"a":"\#(String(repeating: "x", count: 1 << 20))"}"#)
        #expect(try await send([long], acting).status == 200)
        let kept = try await acting.server.call(.GET, "/v1/events?type=sh.keptn.event.prod.remediation.triggered")
        #expect(kept.body.utf8.count < 20_000)
        #expect(kept.body.contains("(1044480 bytes left out)"))
        #expect(acting.server.stop() == 0)
    }

    @Test("in a storm, 500 for five services, stay within the envelope, and what was held back says why")
    func storm() async throws {
        let acting = try await acting()
        let services = (1...5).map { "s\($0)" }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for batch in 0..<50 {
                group.addTask {
                    let alerts = (0..<10).map { Self.alert(batch * 10 + $0, service: services[$0 % 5]) }
                    return try await send(alerts, acting).status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        var items: [[String: Any]] = []
        var before: Int?
        repeat {
            let page = try await acting.server.call(
                .GET,
                "/v1/sequences?limit=1000\(before.map { "&before=\($0)" } ?? "")"
            )
            items += page.items
            before = page.object["next"] as? Int
        } while before != nil
        #expect(items.count == 500)
        for service in services {
            let mine = items.filter { $0["service"] as? String == service }
            #expect(mine.count { $0["started"] is String } == 1, "one is under way in \(service)")
            let held = mine.filter { $0["state"] as? String == "aborted" }
            #expect(held.count == 99)
            #expect(
                held.allSatisfy {
                    ($0["message"] as? String)?.hasPrefix("held back: another remediation is under way in this lane")
                        == true
                }
            )
        }
        let actions = try await acting.server.call(.GET, "/v1/events?type=sh.keptn.event.action.triggered")
        #expect(actions.items.count == 5)
        #expect(acting.server.stop() == 0)
        #expect(try await Program.tidegate(["check", "--data-dir", acting.server.directory]).output == "whole\n")
    }

    @Test("are held back while it is frozen, by the command, and begin when they are told again after it")
    func freeze() async throws {
        let acting = try await acting()
        let server = ["--server", acting.server.url]
        #expect(
            try await Program.tidegate(["freeze", "--reason", "a person looks at it"] + server).output
                == "frozen: all projects\n"
        )
        _ = try await send([Self.alert(1, service: "carts")], acting)
        let held = try await acting.server.call(.GET, "/v1/sequences").items
        #expect(
            held.map { $0["message"] as? String } == [
                "held back: remediations are frozen: a person looks at it (anonymous)"
            ]
        )
        #expect(try await acting.server.call(.GET, "/v1/freezes").items.count == 1)
        // It holds after a restart, too.
        acting.server.kill()
        try await acting.server.start()
        _ = try await send([Self.alert(2, service: "carts")], acting)
        #expect(
            try await acting.server.call(.GET, "/v1/sequences").items.count { $0["state"] as? String == "aborted" } == 2
        )
        #expect(try await Program.tidegate(["unfreeze", "--server", acting.server.url]).code == 0)
        let again = try await send([Self.alert(1, service: "carts")], acting)
        #expect(again.items.first?["duplicate"] as? Bool == false)
        #expect(try await acting.server.call(.GET, "/v1/sequences?state=running").items.count == 1)
        #expect(acting.server.stop() == 0)
    }
}
