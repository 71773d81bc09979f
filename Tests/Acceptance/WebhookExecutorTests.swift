import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("A webhook")
struct WebhookExecutorTests {
    private static func file(_ request: String, more: String = "", version: String = "v1beta1") -> String {
        """
        apiVersion: webhookconfig.keptn.sh/\(version)
        kind: WebhookConfig
        metadata: {name: x}
        spec:
          webhooks:
            - type: sh.keptn.event.deployment.triggered
              sendStarted: true
              sendFinished: true
              envFrom: [{name: secret_token, secretRef: {name: jenkins, key: api-token}}]
              requests:
                - \(request)
        \(more)
        """
    }

    private func acting(
        _ webhook: String,
        port: Int,
        environment: [String: String] = ["TIDEGATE_SECRET_JENKINS_API_TOKEN": "hunter2"]
    )
        async throws -> ActingServer
    {
        try await ActingServer(
            folder: try TemporaryFolder(),
            tasks: ["deployment"],
            spec: "  allow: {urls: ['http://127.0.0.1:\(port)/']}",
            documents: ["services/carts/webhook.yaml": webhook],
            environment: environment
        )
    }

    @Test("is sent with its templates filled in and its secret, and is known by the task's id")
    func sent() async throws {
        let sink = try await ScriptedServer { _, _ in
            .http("201 Created", #"{"queue": {"state": "ok"}, "token": "hunter2"}"#)
        }
        let request = """
            url: http://127.0.0.1:\(sink.port)/job/{{.data.service}}?name={{.data.title}}
                      method: POST
                      headers: [{key: Authorization, value: "Bearer {{.env.secret_token}}"}]
                      payload: '{"title": "{{.data.title}}", "context": "{{.shkeptncontext}}"}'
                      success: {status: [201], match: {queue.state: ok}}
            """
        let acting = try await acting(Self.file(request), port: sink.port)
        let context = try await acting.trigger(data: ["title": #"a "b"&c"#])
        let item = try await acting.end(of: context)
        #expect(item["state"] as? String == "succeeded", "\(item)")
        let sent = try #require(sink.requests.first)
        #expect(sent.hasPrefix("POST /job/carts?name=a%20%22b%22%26c HTTP/1.1"))
        #expect(sent.contains("Authorization: Bearer hunter2"))
        #expect(sent.hasSuffix(#"{"title": "a \"b\"&c", "context": "\#(context)"}"#))
        let triggered = try await acting.events(context, "sh.keptn.event.deployment.triggered").first
        #expect(sent.lowercased().contains("idempotency-key: \(triggered?["id"] as? String ?? "")"))
        let all = try await acting.server.call(.GET, "/v1/events?context=\(context)").body
        #expect(!all.contains("hunter2"), "no secret is kept")
        #expect(!acting.server.log.contains("hunter2"))
        #expect(acting.server.stop() == 0)
    }

    @Test(
        "that is not answered well is a failure",
        arguments: [
            ("500 Internal Server Error", "{}", "it was answered with the status 500"),
            ("200 OK", "{}", "the answer does not say queue.state: ok"),
            ("200 OK", "no", "the answer is not JSON, and `success.match` needs it to be"),
        ]
    )
    func failure(status: String, body: String, message: String) async throws {
        let sink = try await ScriptedServer { _, _ in .http(status, body) }
        let request = "{url: 'http://127.0.0.1:\(sink.port)/', success: {match: {queue.state: ok}}}"
        let acting = try await acting(Self.file(request), port: sink.port)
        let item = try await acting.end(of: try await acting.trigger())
        #expect(item["state"] as? String == "failed")
        #expect(item["message"] as? String == message)
        #expect(acting.server.stop() == 0)
    }

    @Test("of v1alpha1 is read from its curl command and sent, without a shell")
    func curl() async throws {
        let sink = try await ScriptedServer { _, _ in .http("200 OK", "") }
        let command =
            #""curl --header 'x-token: {{.env.secret_token}}' --request PUT --data '{\"s\":\"{{.data.stage}}\"}' http://127.0.0.1:\#(sink.port)/a""#
        let acting = try await acting(Self.file(command, version: "v1alpha1"), port: sink.port)
        #expect(try await acting.end(of: try await acting.trigger())["state"] as? String == "succeeded")
        let sent = try #require(sink.requests.first)
        #expect(sent.hasPrefix("PUT /a HTTP/1.1"))
        #expect(sent.contains("x-token: hunter2"))
        #expect(sent.hasSuffix(#"{"s":"dev"}"#))
        #expect(acting.server.stop() == 0)
    }

    @Test("says what it lacks: a secret, or leave to go there")
    func lacking() async throws {
        let request = "{url: 'http://127.0.0.1:1/{{.env.secret_token}}'}"
        let without = try await acting(Self.file(request), port: 1, environment: [:])
        let item = try await without.end(of: try await without.trigger())
        #expect(
            (item["message"] as? String)?.hasPrefix(
                "there is no secret `jenkins` with the key `api-token`: the operator sets TIDEGATE_SECRET_JENKINS_API_TOKEN"
            ) == true
        )
        #expect(without.server.stop() == 0)
        let elsewhere = try await acting(Self.file("{url: 'http://169.254.169.254/latest/meta-data'}"), port: 1)
        let refused = try await elsewhere.end(of: try await elsewhere.trigger())
        #expect((refused["message"] as? String)?.contains("the project does not allow http://169.254.169.254") == true)
        #expect(elsewhere.server.stop() == 0)
    }

    @Test("that was under way when the server was killed is sent again, with the same key")
    func killed() async throws {
        let sink = try await ScriptedServer { number, _ in number == 0 ? .bytesAndSilence("") : .http("200 OK", "") }
        let acting = try await acting(Self.file("{url: 'http://127.0.0.1:\(sink.port)/'}"), port: sink.port)
        let context = try await acting.trigger()
        #expect(await RunningServer.eventually { sink.requests.count == 1 })
        acting.server.kill()
        try await acting.server.start()
        #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        let keys = sink.requests.map { request in
            request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("idempotency-key:") }.map(String.init)
        }
        #expect(keys.count == 2)
        #expect(keys[0] != nil && keys[0] == keys[1])
        #expect(acting.server.stop() == 0)
    }

    @Test("is sent again where it was not answered, or by a server that could not, as often as it says")
    func retried() async throws {
        let sink = try await ScriptedServer { number, _ in
            number == 0 ? .bytes("") : number == 1 ? .http("503 Service Unavailable", "") : .http("200 OK", "")
        }
        let request = "{url: 'http://127.0.0.1:\(sink.port)/'}"
        let acting = try await acting(Self.file(request, more: "      retries: 2\n      timeout: 2m"), port: sink.port)
        let context = try await acting.trigger()
        #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        let keys = sink.requests.map { request in
            request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("idempotency-key:") }.map(String.init)
        }
        #expect(keys.count == 3)
        #expect(Set(keys).count == 1)
        #expect(acting.server.stop() == 0)
    }

    @Test("whose end somebody else tells of is not sent again after a restart, wherever it stands in the file then")
    func once() async throws {
        let sink = try await ScriptedServer { _, _ in .http("200 OK", "") }
        let file = Self.file("{url: 'http://127.0.0.1:\(sink.port)/'}")
            .replacing("sendFinished: true", with: "sendFinished: false")
        let acting = try await acting(file, port: sink.port)
        let context = try await acting.trigger()
        #expect(
            try await RunningServer.eventually {
                try await acting.events(context, "sh.keptn.event.deployment.status.changed").count == 1
            }
        )
        let first = """
              webhooks:
                - {type: sh.keptn.event.other.triggered, requests: [{url: "http://127.0.0.1:\(sink.port)/other"}]}
            """
        let moved = file.replacing("  webhooks:", with: first)
        #expect(try await acting.server.apply("shop", ["services/carts/webhook.yaml": moved]).status == 200)
        acting.server.kill()
        try await acting.server.start()
        let triggered = try await acting.events(context, "sh.keptn.event.deployment.triggered").first
        let answer = RunningServer.event(
            "sh.keptn.event.deployment.finished",
            id: "end",
            source: "them",
            context: context,
            triggered: triggered?["id"] as? String,
            data: ["project": "shop", "stage": "dev", "service": "carts", "status": "succeeded", "result": "pass"]
        )
        #expect(try await acting.server.send(answer).status < 300)
        #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        #expect(sink.requests.count == 1)
        #expect(acting.server.stop() == 0)
    }

    @Test("that was at work when the server was killed, and is not in the documents any more, has failed")
    func gone() async throws {
        let sink = try await ScriptedServer { _, _ in .bytesAndSilence("") }
        let acting = try await acting(Self.file("{url: 'http://127.0.0.1:\(sink.port)/'}"), port: sink.port)
        let context = try await acting.trigger()
        #expect(await RunningServer.eventually { sink.requests.count == 1 })
        let other = Self.file("{url: 'http://127.0.0.1:\(sink.port)/other'}")
        #expect(try await acting.server.apply("shop", ["services/carts/webhook.yaml": other]).status == 200)
        acting.server.kill()
        try await acting.server.start()
        let item = try await acting.end(of: context)
        #expect(item["state"] as? String == "errored")
        let message = item["message"] as? String ?? ""
        #expect(message.hasSuffix("carried it out when the server ended, and is not in the documents any more"))
        #expect(sink.requests.count == 1, "the other one was not asked to do it")
        #expect(acting.server.stop() == 0)
    }

    @Test("on a task that is built in, or on a sequence, is told of it")
    func builtIn() async throws {
        let sink = try await ScriptedServer { _, _ in .http("200 OK", "") }
        let hooks = ["evaluation", "approval", "dev.delivery"].map { name in
            "    - {type: sh.keptn.event.\(name).triggered, sendFinished: true, requests: [{url: 'http://127.0.0.1:\(sink.port)/\(name)'}]}"
        }
        let webhook =
            "apiVersion: webhookconfig.keptn.sh/v1beta1\nkind: WebhookConfig\nspec:\n  webhooks:\n"
            + hooks.joined(separator: "\n") + "\n"
        let acting = try await ActingServer(
            folder: try TemporaryFolder(),
            tasks: ["evaluation", "approval"],
            spec: "  allow: {urls: ['http://127.0.0.1:\(sink.port)/']}",
            documents: ["services/carts/webhook.yaml": webhook]
        )
        _ = try await acting.trigger()
        let paths = ["/dev.delivery", "/evaluation"]
        #expect(
            await RunningServer.eventually {
                paths.allSatisfy { path in sink.requests.contains { $0.hasPrefix("GET \(path) ") } }
            }
        )
        #expect(acting.server.stop() == 0)
    }

    @Test("that only tells of something is told, and tried again until it is")
    func told() async throws {
        let sink = try await ScriptedServer { number, _ in
            number == 0 ? .http("500 Internal Server Error", "") : .http("200 OK", "")
        }
        let webhook = """
            apiVersion: webhookconfig.keptn.sh/v1beta1
            kind: WebhookConfig
            spec:
              webhooks:
                - type: sh.keptn.event.dev.delivery.finished
                  sendStarted: false
                  requests: [{url: "http://127.0.0.1:\(sink.port)/", method: POST, payload: "{{.data.message}}"}]
            """
        let acting = try await acting(webhook, port: sink.port)
        let body = #"{"project":"shop","stage":"dev","service":"carts","sequence":"nothing"}"#
        #expect(try await acting.server.call(.POST, "/v1/sequences", body: body).status == 202)
        _ = try await acting.trigger()
        let context = try await acting.trigger()
        #expect(try await acting.server.call(.POST, "/v1/sequences/\(context)/abort").status == 202)
        #expect(await RunningServer.eventually { sink.requests.count >= 2 })
        #expect(sink.requests.last?.hasSuffix("aborted") == true)
        #expect(
            try await RunningServer.eventually { try await acting.server.call(.GET, "/v1/deliveries").items.isEmpty }
        )
        #expect(acting.server.stop() == 0)
    }
}
