import Foundation
import TestSupport
import Testing

/// A server on loopback, as those see it who talk HTTP with it.
@Suite("The server")
struct ServerTests {
    static let shipyard = """
        apiVersion: spec.keptn.sh/0.2.3
        kind: Shipyard
        metadata: {name: shop}
        spec:
          stages:
            - name: staging
              sequences:
                - name: delivery
                  tasks: [{name: deployment}, {name: approval, properties: {pass: manual}}]
            - name: production
              sequences:
                - name: delivery
                  triggeredOn: [{event: staging.delivery.finished}]
                  tasks: [{name: deployment, timeout: 100ms}]
        """

    private func with(_ body: (RunningServer) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        try await body(server)
        #expect(server.stop() == 0)
    }

    /// What is wrong, how it is sent, and what is answered.
    struct Malformed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var type = "application/cloudevents+json"
        let body: String
        let status: Int
        let pointer: String?
    }

    private static func event(_ more: String = "", type: String = "x", data: String = "{}") -> String {
        #"{"specversion":"1.0","id":"1","source":"s","type":"\#(type)"\#(more),"data":\#(data)}"#
    }

    private static let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)

    static let malformed = [
        Malformed(testDescription: "nothing", body: "", status: 400, pointer: nil),
        Malformed(testDescription: "no JSON", body: "{", status: 400, pointer: nil),
        Malformed(testDescription: "a comma too many", body: #"{"id":"1",}"#, status: 400, pointer: nil),
        Malformed(testDescription: "something after the end", body: event() + "x", status: 400, pointer: nil),
        Malformed(testDescription: "an array", body: "[]", status: 400, pointer: nil),
        Malformed(testDescription: "deep nesting", body: event(data: deep), status: 400, pointer: nil),
        Malformed(testDescription: "two members of one name", body: event(#","id":"2""#), status: 400, pointer: "/id"),
        Malformed(
            testDescription: "two members of one name in the data",
            body: event(data: #"{"a":1,"\u0061":2}"#),
            status: 400,
            pointer: "/data/a"
        ),
        Malformed(
            testDescription: "a number too large",
            body: event(data: #"{"a":1e999}"#),
            status: 400,
            pointer: "/data/a"
        ),
        Malformed(
            testDescription: "a number with a leading zero",
            body: event(data: #"{"a":01}"#),
            status: 400,
            pointer: nil
        ),
        Malformed(
            testDescription: "half of a surrogate pair",
            body: event(data: #"{"a":"\ud800"}"#),
            status: 400,
            pointer: "/data/a"
        ),
        Malformed(
            testDescription: "a control character",
            body: event(data: "{\"a\":\"\u{1}\"}"),
            status: 400,
            pointer: "/data/a"
        ),
        Malformed(
            testDescription: "an escape that does not exist",
            body: event(data: #"{"a":"\x"}"#),
            status: 400,
            pointer: "/data/a"
        ),
        Malformed(
            testDescription: "no version",
            body: #"{"id":"1","source":"s","type":"x"}"#,
            status: 422,
            pointer: "/specversion"
        ),
        Malformed(
            testDescription: "another version",
            body: #"{"specversion":"0.3","id":"1","source":"s","type":"x"}"#,
            status: 422,
            pointer: "/specversion"
        ),
        Malformed(
            testDescription: "no id",
            body: #"{"specversion":"1.0","source":"s","type":"x"}"#,
            status: 422,
            pointer: "/id"
        ),
        Malformed(
            testDescription: "an empty id",
            body: #"{"specversion":"1.0","id":"","source":"s","type":"x"}"#,
            status: 422,
            pointer: "/id"
        ),
        Malformed(
            testDescription: "a number as id",
            body: #"{"specversion":"1.0","id":1,"source":"s","type":"x"}"#,
            status: 422,
            pointer: "/id"
        ),
        Malformed(
            testDescription: "no source",
            body: #"{"specversion":"1.0","id":"1","type":"x"}"#,
            status: 422,
            pointer: "/source"
        ),
        Malformed(
            testDescription: "no type",
            body: #"{"specversion":"1.0","id":"1","source":"s"}"#,
            status: 422,
            pointer: "/type"
        ),
        Malformed(
            testDescription: "a time that no calendar has",
            body: event(#","time":"2026-02-30T00:00:00Z""#),
            status: 422,
            pointer: "/time"
        ),
        Malformed(
            testDescription: "an attribute in upper case",
            body: event(#","Extension":"x""#),
            status: 422,
            pointer: "/Extension"
        ),
        Malformed(
            testDescription: "an attribute that is an object",
            body: event(#","extension":{}"#),
            status: 422,
            pointer: "/extension"
        ),
        Malformed(
            testDescription: "data twice",
            body: event(#","data_base64":"eA==""#),
            status: 422,
            pointer: "/data_base64"
        ),
        Malformed(
            testDescription: "data that is not JSON",
            body: event(#","datacontenttype":"text/xml""#),
            status: 422,
            pointer: "/datacontenttype"
        ),
        Malformed(
            testDescription: "a source of ours",
            body: #"{"specversion":"1.0","id":"1","source":"/tidegate/sequencer","type":"x"}"#,
            status: 422,
            pointer: "/source"
        ),
        Malformed(
            testDescription: "no service",
            body: event(type: "sh.keptn.event.a.b.triggered", data: #"{"project":"p","stage":"a"}"#),
            status: 422,
            pointer: "/data/service"
        ),
        Malformed(
            testDescription: "no data",
            body: #"{"specversion":"1.0","id":"1","source":"s","type":"sh.keptn.event.a.b.triggered"}"#,
            status: 422,
            pointer: "/data"
        ),
        Malformed(
            testDescription: "a stage that differs",
            body: event(type: "sh.keptn.event.a.b.triggered", data: #"{"project":"p","stage":"c","service":"s"}"#),
            status: 422,
            pointer: "/data/stage"
        ),
        Malformed(testDescription: "another type", type: "text/plain", body: event(), status: 415, pointer: nil),
        Malformed(
            testDescription: "plain JSON without headers",
            type: "application/json",
            body: "{}",
            status: 415,
            pointer: nil
        ),
        Malformed(
            testDescription: "a bad one in a batch",
            type: "application/cloudevents-batch+json",
            body: "[\(event()),{}]",
            status: 422,
            pointer: "/1/specversion"
        ),
        Malformed(
            testDescription: "more than 1 MiB",
            body: event(data: "\"" + String(repeating: "x", count: 1 << 20) + "\""),
            status: 413,
            pointer: nil
        ),
    ]

    @Test("says what is wrong with an event, and keeps nothing of it")
    func malformed() async throws {
        try await with { server in
            for fault in Self.malformed {
                let answer = try await server.call(.POST, "/v1/events", body: fault.body, type: fault.type)
                #expect(answer.status == fault.status, "\(fault.testDescription): \(answer.body)")
                #expect(
                    answer.headers.first(name: "content-type") == "application/problem+json",
                    "\(fault.testDescription)"
                )
                let errors = answer.object["errors"] as? [[String: Any]] ?? []
                if let pointer = fault.pointer {
                    #expect(
                        errors.contains { $0["pointer"] as? String == pointer },
                        "\(fault.testDescription): \(answer.body)"
                    )
                }
                #expect((answer.object["detail"] as? String)?.isEmpty == false)
            }
            #expect(try await server.events().isEmpty)
        }
    }

    @Test("keeps an event of each mode as it is, once")
    func modes() async throws {
        try await with { server in
            let structured =
                #"{"specversion":"1.0","id":"a","source":"s","type":"x","extra":true,"data":{"n":1.50,"t":"ü"}}"#
            let first = try await server.send(structured)
            #expect(first.status == 202)
            #expect(first.object["duplicate"] as? Bool == false)
            let again = try await server.send(structured)
            #expect(again.status == 202)
            #expect(again.object["duplicate"] as? Bool == true)
            #expect(again.object["position"] as? Int == first.object["position"] as? Int)
            let binary = try await server.call(
                .POST,
                "/v1/events",
                body: #"{"n":2}"#,
                headers: [("ce-specversion", "1.0"), ("ce-id", "b"), ("ce-source", "s%20t"), ("ce-type", "x")]
            )
            #expect(binary.status == 202)
            let batch = "[\(Self.event(#","c":"1""#).replacing("\"1\"", with: "\"c\"")),\(Self.event())]"
            let many = try await server.call(
                .POST,
                "/v1/events",
                body: batch,
                type: "application/cloudevents-batch+json"
            )
            #expect((many.json as? [Any])?.count == 2)
            let keptn = try await server.call(.POST, "/api/v1/event", body: #"{"type":"x","source":"cli","data":{}}"#)
            #expect(keptn.status == 200)
            #expect((keptn.object["keptnContext"] as? String)?.count == 36)
            let events = try await server.events().compactMap { $0["event"] as? [String: Any] }
            #expect(events.count == 5)
            #expect(events[0]["extra"] as? Bool == true)
            #expect((events[0]["data"] as? [String: Any])?["n"] as? Double == 1.5)
            #expect(events[1]["source"] as? String == "s t")
        }
    }

    @Test("runs a delivery: a deployment from outside, a person's approval, the next stage, and a timeout")
    func delivery() async throws {
        try await with { server in
            #expect(try await server.apply("shop", ["shipyard.yaml": Self.shipyard]).status == 200)
            let body =
                #"{"project":"shop","stage":"staging","service":"carts","sequence":"delivery","labels":{"version":"1.4"},"data":{"image":"carts:1.4"}}"#
            let triggered = try await server.call(.POST, "/v1/sequences", body: body)
            let context = try #require(triggered.object["context"] as? String)
            try await finish(
                "deployment",
                context,
                server,
                result: "warning",
                more: ["deployment": ["url": "http://x"]]
            )
            var approval = ""
            #expect(
                try await RunningServer.eventually {
                    let items = try await server.call(.GET, "/v1/approvals?project=shop").items
                    approval = items.first?["id"] as? String ?? ""
                    return !approval.isEmpty
                }
            )
            let answer = #"{"result":"pass","message":"looked at it"}"#
            #expect(try await server.call(.POST, "/v1/approvals/\(approval)", body: answer).status == 200)
            #expect(try await server.call(.POST, "/v1/approvals/\(approval)", body: answer).status == 409)
            #expect(try await server.call(.POST, "/v1/approvals/nobody", body: answer).status == 404)
            #expect(
                try await RunningServer.eventually {
                    let items = try await server.call(.GET, "/v1/sequences/\(context)").items
                    return items.count == 2 && items[1]["state"] as? String == "timed_out"
                }
            )
            let items = try await server.call(.GET, "/v1/sequences/\(context)").items
            #expect(items[0]["state"] as? String == "succeeded")
            #expect(
                (items[1]["message"] as? String)?.hasPrefix("nobody answered: no executor started `deployment`") == true
            )
            let events = try await server.events().compactMap { $0["event"] as? [String: Any] }
            let next = try #require(
                events.first { $0["type"] as? String == "sh.keptn.event.production.delivery.triggered" }
            )
            let data = try #require(next["data"] as? [String: Any])
            #expect(data["image"] as? String == "carts:1.4")
            #expect((data["labels"] as? [String: Any])?["version"] as? String == "1.4")
            #expect((data["deployment"] as? [String: Any])?["url"] as? String == "http://x")
            #expect(data["result"] == nil)
            let person = events.first { $0["type"] as? String == "sh.keptn.event.approval.finished" }
            #expect(person?["actor"] as? String == "anonymous")
        }
    }

    /// Answers the newest open task of that name.
    private func finish(
        _ task: String,
        _ context: String,
        _ server: RunningServer,
        result: String = "pass",
        more: [String: Any] = [:]
    ) async throws {
        var event: [String: Any] = [:]
        #expect(
            try await RunningServer.eventually {
                let page = try await server.call(
                    .GET,
                    "/v1/events?context=\(context)&type=sh.keptn.event.\(task).triggered"
                )
                event = page.items.last?["event"] as? [String: Any] ?? [:]
                return !event.isEmpty
            }
        )
        let id = try #require(event["id"] as? String)
        var data = (event["data"] as? [String: Any] ?? [:]).filter { ["project", "stage", "service"].contains($0.key) }
        let early = RunningServer.event("sh.keptn.event.\(task).finished", id: "early-\(id)", triggered: id, data: data)
        #expect(
            try await server.send(early).object["ignored"] as? String
                == "as many executors finished the task as started it"
        )
        let started = RunningServer.event(
            "sh.keptn.event.\(task).started",
            id: "started-\(id)",
            triggered: id,
            data: data
        )
        #expect(try await server.send(started).object["ignored"] == nil)
        data.merge(more) { $1 }
        data["result"] = result
        data["status"] = "succeeded"
        let finished = RunningServer.event(
            "sh.keptn.event.\(task).finished",
            id: "finished-\(id)",
            triggered: id,
            data: data
        )
        #expect(try await server.send(finished).object["ignored"] == nil)
        let late = RunningServer.event("sh.keptn.event.\(task).finished", id: "late-\(id)", triggered: id, data: data)
        #expect((try await server.send(late).object["ignored"] as? String)?.hasPrefix("no task with the id") == true)
    }

    @Test("pauses a run before its next task, lets it go on, and aborts it")
    func control() async throws {
        try await with { server in
            #expect(try await server.apply("shop", ["shipyard.yaml": Self.shipyard]).status == 200)
            let body = #"{"project":"shop","stage":"staging","service":"carts","sequence":"delivery"}"#
            let context = try #require(
                try await server.call(.POST, "/v1/sequences", body: body).object["context"] as? String
            )
            let second = try #require(
                try await server.call(.POST, "/v1/sequences", body: body).object["context"] as? String
            )
            #expect(try await server.call(.POST, "/v1/sequences/\(context)/pause").status == 202)
            try await finish("deployment", context, server)
            func state(_ context: String) async throws -> String? {
                try await server.call(.GET, "/v1/sequences/\(context)").items.first?["state"] as? String
            }
            #expect(try await state(context) == "paused")
            #expect(try await state(second) == "queued", "a run that was stopped on its way keeps the lane")
            #expect(try await server.call(.POST, "/v1/sequences/\(context)/resume?stage=staging").status == 202)
            #expect(try await RunningServer.eventually { try await state(context) == "waiting" })
            #expect(try await state(second) == "running", "one that waits for a person does not")
            #expect(try await server.call(.POST, "/v1/sequences/\(second)/abort").status == 202)
            #expect(try await state(second) == "aborted")
            #expect(try await server.call(.POST, "/v1/sequences/\(second)/abort").status == 409)
            #expect(try await server.call(.POST, "/v1/sequences/nobody/abort").status == 404)
        }
    }

    @Test("ends what nobody defined at once, with the name that was meant")
    func unknown() async throws {
        try await with { server in
            #expect(try await server.apply("shop", ["shipyard.yaml": Self.shipyard]).status == 200)
            for (stage, sequence, message) in [
                ("staging", "delivry", "the stage `staging` has no sequence `delivry`, did you mean `delivery`?"),
                ("stagng", "delivery", "the shipyard has no stage `stagng`, did you mean `staging`?"),
            ] {
                let body = #"{"project":"shop","stage":"\#(stage)","service":"carts","sequence":"\#(sequence)"}"#
                let context =
                    try await server.call(.POST, "/v1/sequences", body: body).object["context"] as? String ?? ""
                let item = try await server.call(.GET, "/v1/sequences/\(context)").items.first
                #expect(item?["state"] as? String == "errored")
                #expect(item?["message"] as? String == message)
            }
        }
    }

    @Test("streams what is new, and what is old from a position on")
    func stream() async throws {
        try await with { server in
            for id in ["a", "b", "c"] { _ = try await server.send(RunningServer.event("x", id: id, data: [:])) }
            let result = try await Program.run(
                "curl",
                ["-sN", "--max-time", "2", "-H", "Last-Event-ID: 1", server.url + "/v1/events/stream?type=x"]
            )
            let lines = result.output.split(separator: "\n")
            #expect(lines.filter { $0.hasPrefix("id: ") } == ["id: 2", "id: 3"])
            #expect(
                lines.first { $0.hasPrefix("data: ") }?.contains(#""position":2,"event":{"specversion":"1.0""#) == true
            )
        }
    }

    @Test("keeps a stream alive by a heartbeat, and ends it when it is told to shut down")
    func heartbeat() async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        let log = try folder.write("stream", "")
        let client = Process()
        client.executableURL = URL(filePath: "/usr/bin/curl")
        client.arguments = ["-sN", "-o", log, server.url + "/v1/events/stream"]
        try client.run()
        // A comment at the beginning, and one more for each 15 s in which nothing came.
        #expect(
            await RunningServer.eventually {
                (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").count { $0.hasPrefix(": ") }
                    ?? 0 >= 2
            }
        )
        #expect(server.stop() == 0)
        client.waitUntilExit()
    }

    @Test("takes a new certificate when its file changes, and keeps the last good one")
    func certificate() async throws {
        let folder = try TemporaryFolder()
        func make(_ name: String) async throws {
            let options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
            let result = try await Program.run(
                "openssl",
                ["req"] + options + ["-keyout", "new.key", "-out", "new.pem", "-subj", "/CN=\(name)"],
                folder: folder.path
            )
            #expect(result.code == 0, "\(result.errors)")
            for file in ["pem", "key"] {
                try folder.write(
                    "server." + file,
                    String(contentsOfFile: folder.path + "/new." + file, encoding: .utf8)
                )
            }
        }
        try await make("first")
        let files = ["--tls-cert", folder.path + "/server.pem", "--tls-key", folder.path + "/server.key"]
        let server = try await RunningServer(directory: folder.path + "/data", arguments: files)
        #expect(server.url.hasPrefix("https://"))
        func subject() async throws -> String {
            let script =
                "openssl s_client -connect 127.0.0.1:\(server.port) </dev/null 2>/dev/null | openssl x509 -noout -subject"
            return try await Program.run("sh", ["-c", script]).output
        }
        #expect(try await subject() == "subject=CN = first\n")
        try await make("second")
        #expect(try await RunningServer.eventually { try await subject() == "subject=CN = second\n" })
        try folder.write("server.pem", "no certificate")
        #expect(try await subject() == "subject=CN = second\n")
        #expect(server.stop() == 0)
    }

    @Test("answers requests that are sent ahead in their order, events and others")
    func pipelined() async throws {
        try await with { server in
            let event = RunningServer.event("x", id: "ahead", data: [:])
            let post =
                "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/cloudevents+json\r\nContent-Length: \(event.utf8.count)\r\n\r\n\(event)"
            let wrong = post.replacing("application/cloudevents+json", with: "text/plain")
            let get = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
            let last = "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let folder = try TemporaryFolder()
            let file = try folder.write("requests", post + get + post + wrong + post + post + get + last)
            let script = "exec 3<>/dev/tcp/127.0.0.1/\(server.port); cat \(file) >&3; cat <&3"
            let result = try await Program.run("bash", ["-c", script])
            let statuses = result.output.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
            #expect(statuses == ["202", "200", "202", "415", "202", "202", "200", "404"], "\(result.output)")
            #expect(result.output.components(separatedBy: #""duplicate":true"#).count == 4)
        }
    }

    @Test("answers what it has kept, whatever the client does after it has sent it")
    func manners() async throws {
        try await with { server in
            let event = RunningServer.event("x", id: "manners", data: [:])
            let post =
                "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/cloudevents+json\r\nContent-Length: \(event.utf8.count)\r\n\r\n\(event)"
            let folder = try TemporaryFolder()
            func statuses(_ text: String, thenCloses: Bool = false) async throws -> [String] {
                let file = try folder.write("requests", text)
                // Closes its own side of the connection, where that is asked for, and reads what comes.
                let script = """
                    import socket, sys
                    s = socket.create_connection(("127.0.0.1", \(server.port)))
                    s.settimeout(20)
                    s.sendall(open("\(file)", "rb").read())
                    if \(thenCloses ? "True" : "False"): s.shutdown(socket.SHUT_WR)
                    answer = b""
                    try:
                        while part := s.recv(65536): answer += part
                    except OSError: pass
                    sys.stdout.write(answer.decode())
                    """
                let result = try await Program.run("python3", ["-c", script])
                return result.output.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
            }
            #expect(try await statuses(post + "\u{1}\u{2}garbage\r\n\r\n") == ["202", "400"])
            #expect(try await statuses(post, thenCloses: true) == ["202"])
            #expect(
                try await statuses(post + post + "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", thenCloses: true) == [
                    "202", "202", "200",
                ]
            )
            let patient = post.replacing("Host: a", with: "Host: a\r\nExpect: 100-continue\r\nConnection: Close")
            #expect(try await statuses(patient) == ["100", "202"])
            #expect(
                try await statuses(
                    "HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                )
                    == ["405", "200"]
            )
        }
    }

    @Test("lets nobody who may only send events approve, or say what is judged by")
    func forged() async throws {
        try await with { server in
            let slo =
                "objectives: [{sli: x, pass: [{criteria: ['<1']}]}]\ntotal_score: {pass: 90%}\nindicators: {x: up}\n"
            #expect(try await server.apply("shop", ["shipyard.yaml": Self.shipyard, "slo.yaml": slo]).status == 200)
            let data: [String: Any] = [
                "project": "shop", "stage": "staging", "service": "carts", "approval": ["pass": "automatic"],
            ]
            let trigger = RunningServer.event(
                "sh.keptn.event.staging.delivery.triggered",
                id: "1",
                context: "c",
                data: data
            )
            #expect(try await server.send(trigger).status == 202)
            try await finish("deployment", "c", server, more: ["approval": ["pass": "automatic"]])
            #expect(
                try await RunningServer.eventually { try await server.call(.GET, "/v1/approvals").items.count == 1 }
            )
            let own = "objectives: [{sli: y}]\ntotal_score: {pass: 1%}\nindicators: {y: up}\n"
            let evaluation = RunningServer.event(
                "sh.keptn.event.staging.evaluation.triggered",
                id: "2",
                context: "d",
                data: [
                    "project": "shop", "stage": "staging", "service": "other",
                    "evaluation": ["slo": own, "timeframe": "5m"],
                ]
            )
            #expect(try await server.send(evaluation).status == 202)
            #expect(
                try await RunningServer.eventually {
                    try await server.call(.GET, "/v1/sequences/d").items.first?["ended"] as? String != nil
                }
            )
            let item = try #require(try await server.call(.GET, "/v1/sequences/d").items.first)
            #expect(item["result"] as? String == "fail", "\(item)")
        }
    }

    @Test("refuses sequences that set each other off with nobody doing anything")
    func circle() async throws {
        try await with { server in
            func stage(_ name: String, after other: String) -> String {
                """
                    - name: \(name)
                      sequences:
                        - name: go
                          triggeredOn: [{event: \(other).go.finished}]
                          tasks: [{name: approval, properties: {pass: automatic}}]
                """
            }
            let shipyard =
                "apiVersion: spec.keptn.sh/0.2.3\nkind: Shipyard\nmetadata: {name: x}\nspec:\n  stages:\n"
                + stage("a", after: "b") + "\n" + stage("b", after: "a") + "\n"
            let answer = try await server.apply("shop", ["shipyard.yaml": shipyard])
            #expect(answer.status == 422)
            #expect(answer.body.contains("`a.go` would start itself for ever"), "\(answer.body)")
        }
    }

    @Test("refuses a second server, and a command, on its data")
    func exclusive() async throws {
        try await with { server in
            let second = try await Program.tidegate([
                "serve", "--listen", "127.0.0.1:0", "--data-dir", server.directory,
            ])
            #expect(second.code == 3)
            #expect(
                second.errors
                    == "tidegate: error: \(server.directory) is in use by another server or by a command that has not ended; two can't share it\n"
            )
            let command = try await Program.tidegate(["get", "evaluations", "--data-dir", server.directory])
            #expect(command.code == 3)
            #expect(command.errors.contains("a running server holds"))
            let copy = server.directory + "-copy.db"
            #expect(try await Program.tidegate(["backup", copy, "--data-dir", server.directory]).code == 0)
        }
    }

    @Test("wants tokens where others can reach it, and each for what it is for")
    func tokens() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        let open = try await Program.tidegate(["serve", "--listen", "0.0.0.0:0", "--data-dir", data])
        #expect(open.code == 2)
        #expect(open.errors.contains("0.0.0.0 can be reached by others, and there are no tokens"))
        func token(_ name: String, _ arguments: [String]) async throws -> (String, String) {
            let result = try await Program.tidegate(["token", "create", name, "--data-dir", data] + arguments)
            #expect(result.code == 0, "\(result.errors)")
            return ("authorization", "Bearer " + result.output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let ingest = try await token("sender", ["--role", "ingest", "--project", "shop"])
        let read = try await token("reader", ["--role", "read"])
        let admin = try await token("boss", ["--role", "admin"])
        #expect(
            try String(contentsOfFile: data + "/tokens.json", encoding: .utf8).contains(ingest.1.dropFirst(7)) == false
        )
        let server = try await RunningServer(directory: data)
        func status(_ header: (String, String)?, _ event: String) async throws -> Int {
            try await server.call(
                .POST,
                "/v1/events",
                body: event,
                type: "application/cloudevents+json",
                headers: [header].compactMap(\.self)
            ).status
        }
        let mine = RunningServer.event("x", id: "1", data: ["project": "shop", "stage": "a", "service": "b"])
        let others = RunningServer.event("x", id: "2", data: ["project": "bank", "stage": "a", "service": "b"])
        #expect(try await status(nil, mine) == 401)
        #expect(try await status(("authorization", "Bearer tg_guess"), mine) == 401)
        #expect(try await status(ingest, mine) == 202)
        #expect(try await status(("x-token", String(ingest.1.dropFirst(7))), mine) == 202)
        #expect(try await status(ingest, others) == 403)
        #expect(try await status(read, mine) == 403)
        #expect(try await server.call(.GET, "/v1/events", headers: [ingest]).status == 403)
        #expect(try await server.call(.GET, "/v1/events", headers: [read]).items.count == 1)
        #expect(try await server.call(.GET, "/livez").status == 200)
        #expect(try await server.call(.GET, "/metrics").status == 401)
        #expect(try await server.call(.POST, "/v1/apply", body: "{}", headers: [read]).status == 403)
        #expect(try await server.call(.POST, "/v1/apply", body: "{}", headers: [admin]).status == 422)
        #expect(try await Program.tidegate(["token", "revoke", "reader", "--data-dir", data]).code == 0)
        #expect(
            try await RunningServer.eventually {
                try await server.call(.GET, "/v1/events", headers: [read]).status == 401
            }
        )
        #expect(server.stop() == 0)
    }

    @Test("answers in the form of the contract for what there is no route for")
    func routes() async throws {
        try await with { server in
            for (path, status) in [
                ("/nothing", 404), ("/v1/sequences/none", 404), ("/v1/evaluations/none", 404),
                ("/v1/events?limit=0", 400),
                ("/v1/events?limit=x", 400), ("/v1/events?colour=red", 400), ("/v1/sequences?state=runing", 400),
            ] {
                let answer = try await server.call(.GET, path)
                #expect(answer.status == status, "\(path): \(answer.body)")
                #expect(answer.headers.first(name: "content-type") == "application/problem+json", "\(path)")
            }
            #expect(try await server.call(.GET, "/v1/sequences?state=runing").body.contains("did you mean `running`?"))
            let gate = try await server.call(.GET, "/v1/gate/shop/staging/carts")
            #expect(gate.object["open"] as? Bool == false)
            let plain = try await server.call(.GET, "/metrics")
            #expect(plain.body.contains("# TYPE tidegate_events_total counter\n"))
            let open = try await server.call(
                .GET,
                "/metrics",
                headers: [("accept", "application/openmetrics-text; version=1.0.0")]
            )
            #expect(open.body.hasSuffix("# EOF\n"))
            #expect(open.body.contains("# TYPE tidegate_events counter\n"))
        }
    }

    @Test("ends an evaluation that nothing is applied for, and lets the next one have the lane")
    func nothingApplied() async throws {
        try await with { server in
            for _ in 0..<2 {
                let body = #"{"project":"p","stage":"s","service":"v","timeframe":"5m"}"#
                let answer = try await server.call(.POST, "/v1/evaluations?wait=60s", body: body)
                #expect(answer.status == 422, "\(answer.body)")
                #expect((answer.object["detail"] as? String)?.contains("no SLO is applied for the service `v`") == true)
            }
            let gate = try await server.call(.GET, "/v1/gate/p/s/v")
            #expect(gate.object["open"] as? Bool == false)
            #expect((gate.object["reason"] as? String)?.contains("no SLO is applied") == true)
            let folder = try TemporaryFolder()
            let slo = try folder.write(
                "slo.yaml",
                "objectives: [{sli: x, pass: [{criteria: ['<1']}]}]\ntotal_score: {pass: 90%}\n"
            )
            let result = try await Program.tidegate([
                "evaluate", "--slo", slo, "--window", "5m", "--server", server.url,
            ])
            #expect(result.code == 3)
            #expect(result.errors.contains("no query for indicator `x`"), "\(result.errors)")
        }
    }

    @Test("goes on whatever is sent: one id of two senders, deep data, an approval by a sender, data over lines")
    func hostile() async throws {
        try await with { server in
            #expect(try await server.apply("shop", ["shipyard.yaml": Self.shipyard]).status == 200)
            let data = ["project": "shop", "stage": "staging", "service": "carts"]
            for source in ["a", "b"] {
                let event = RunningServer.event(
                    "sh.keptn.event.staging.delivery.triggered",
                    id: "1",
                    source: source,
                    data: data
                )
                #expect(try await server.send(event).status == 202)
            }
            let other = data.merging(["service": "other"]) { $1 }
            let third = RunningServer.event(
                "sh.keptn.event.staging.delivery.triggered",
                id: "1",
                source: "c",
                data: other
            )
            #expect(try await server.send(third).status == 202)
            let deep = String(repeating: "[", count: 99) + String(repeating: "]", count: 99)
            let binary = [("ce-specversion", "1.0"), ("ce-id", "deep"), ("ce-source", "s")]
            let type = ("ce-type", "sh.keptn.event.staging.delivery.triggered")
            let body = #"{"project":"shop","stage":"staging","service":"deep","x":\#(deep)}"#
            #expect(try await server.call(.POST, "/v1/events", body: body, headers: binary + [type]).status == 400)
            let labels = String(repeating: #"{"a":"#, count: 95) + "1" + String(repeating: "}", count: 95)
            let trigger =
                #"{"project":"shop","stage":"staging","service":"l","sequence":"delivery","labels":\#(labels)}"#
            #expect(try await server.call(.POST, "/v1/sequences", body: trigger).status == 400)
            #expect(
                try await server.call(
                    .POST,
                    "/v1/events",
                    body: "{}",
                    headers: binary + [("ce-type", "x"), ("ce-data", "1")]
                ).status == 422
            )
            let lines =
                "{\n\"specversion\":\"1.0\",\"id\":\"n\",\"source\":\"s\",\"type\":\"lines\",\"data\":{\n\n\"a\":1\n}}"
            #expect(try await server.send(lines).status == 202)
            let stream = try await Program.run(
                "curl",
                ["-sN", "--max-time", "1", "-H", "Last-Event-ID: 0", server.url + "/v1/events/stream?type=lines"]
            )
            let text = stream.output.split(separator: "\n").first { $0.hasPrefix("data: ") }?.dropFirst(6) ?? ""
            #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)

            let context = try #require(
                try await server.call(
                    .POST,
                    "/v1/sequences",
                    body: #"{"project":"shop","stage":"staging","service":"w","sequence":"delivery"}"#
                )
                .object["context"] as? String
            )
            try await finish("deployment", context, server)
            #expect(try await RunningServer.eventually { try await !server.call(.GET, "/v1/approvals").items.isEmpty })
            let approval = try await server.call(.GET, "/v1/approvals").items[0]["id"] as? String ?? ""
            let forged = RunningServer.event(
                "sh.keptn.event.approval.finished",
                id: "forged",
                triggered: approval,
                data: ["project": "shop", "stage": "staging", "service": "w", "status": "succeeded", "result": "pass"]
            )
            #expect(
                try await server.send(forged).object["ignored"] as? String
                    == "the task `approval` is built in; nobody else carries it out"
            )
            #expect(try await server.call(.GET, "/v1/sequences?limit=100").status == 200)
            let directory = server.directory
            #expect(server.stop() == 0)
            let check = try await Program.tidegate(["check", "--data-dir", directory])
            #expect(check.output == "whole\n", "\(check.errors)")
            try await server.start()
        }
    }
}
