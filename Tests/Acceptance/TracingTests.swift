import Foundation
import TestSupport
import Testing

@Suite("Tracing")
struct TracingTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00f067aa0ba902b7"

    private static let shipyard = """
        apiVersion: spec.keptn.sh/0.2.3
        kind: Shipyard
        metadata: {name: shop}
        spec:
          stages:
            - name: dev
              sequences:
                - name: delivery
                  tasks: [{name: evaluation, properties: {timeframe: 5m}}]
            - name: prod
              sequences:
                - name: delivery
                  triggeredOn: [{event: dev.delivery.finished}]
                  tasks: [{name: approval, properties: {pass: automatic}}]
        """

    /// The spans that a collector was sent.
    private static func spans(_ collector: ScriptedServer) -> [[String: Any]] {
        collector.requests.flatMap { request -> [[String: Any]] in
            let body = request.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
            let json = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
            let resources = json?["resourceSpans"] as? [[String: Any]] ?? []
            let scopes = resources.flatMap { $0["scopeSpans"] as? [[String: Any]] ?? [] }
            return scopes.flatMap { $0["spans"] as? [[String: Any]] ?? [] }
        }
    }

    @Test("goes on with the trace of a request, through commit, decision, task and query, to a collector")
    func spans() async throws {
        let collector = try await ScriptedServer { _, _ in .http("200 OK", "{}") }
        let provider = try await ScriptedServer { _, _ in .value("0.5") }
        let folder = try TemporaryFolder()
        try folder.write("headers", "x-token: s3cret\n")
        let config = try folder.write(
            "server.yaml",
            """
            apiVersion: tidegate.dev/v1
            kind: Server
            spec:
              tracing: {endpoint: "http://127.0.0.1:\(collector.port)", headersFile: headers}
            """
        )
        let server = try await RunningServer(directory: folder.path + "/data", arguments: ["--config", config])
        let documents = [
            "shipyard.yaml": Self.shipyard,
            "slo.yaml":
                "objectives: [{sli: x, pass: [{criteria: ['<1']}]}]\ntotal_score: {pass: 90%}\nindicators: {x: up}\n",
            "project.yaml":
                "apiVersion: tidegate.dev/v1\nkind: Project\nspec: {providers: [{name: p, type: prometheus, url: \"http://127.0.0.1:\(provider.port)\"}]}\n",
        ]
        #expect(try await server.apply("shop", documents).status == 200)
        let event = RunningServer.event(
            "sh.keptn.event.dev.delivery.triggered",
            id: "1",
            context: "c",
            data: ["project": "shop", "stage": "dev", "service": "carts"]
        )
        let answer = try await server.call(
            .POST,
            "/v1/events",
            body: event,
            type: "application/cloudevents+json",
            headers: [("traceparent", "00-\(Self.trace)-\(Self.parent)-01")]
        )
        #expect(answer.status == 202)
        let names = [
            "/v1/events", "commit", "decide", "sequence dev.delivery", "task evaluation", "query x",
            "sequence prod.delivery", "task approval",
        ]
        #expect(
            await RunningServer.eventually {
                let found = Self.spans(collector).map { $0["name"] as? String }
                return names.allSatisfy(found.contains)
            },
            "\(Self.spans(collector).map { $0["name"] as? String ?? "" })"
        )
        let spans = Self.spans(collector)
        for name in names where name != "commit" {
            #expect(
                spans.contains { $0["name"] as? String == name && $0["traceId"] as? String == Self.trace },
                "\(name)"
            )
        }
        let request = try #require(spans.first { $0["name"] as? String == "/v1/events" })
        #expect(request["parentSpanId"] as? String == Self.parent)
        #expect(request["kind"] as? Int == 2)
        let sequence = try #require(spans.first { $0["name"] as? String == "sequence prod.delivery" })
        #expect(sequence["parentSpanId"] as? String == request["spanId"] as? String)
        #expect(collector.requests[0].hasPrefix("POST /v1/traces HTTP/1.1"))
        #expect(collector.requests[0].contains("x-token: s3cret"))
        #expect(provider.requests[0].contains("traceparent: 00-\(Self.trace)-"))
        #expect(!server.log.contains("s3cret"))
        // What sends spans makes none: once nothing happens, nothing is sent.
        var count = -1
        #expect(
            await RunningServer.eventually {
                defer { count = collector.requests.count }
                try? await Task.sleep(for: .milliseconds(1200))
                return collector.requests.count == count
            }
        )
        #expect(server.stop() == 0)
    }

    @Test("is passed on by every event of a sequence, where no collector is configured too")
    func passedOn() async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        #expect(try await server.apply("shop", ["shipyard.yaml": Self.shipyard]).status == 200)
        let parent = "00-\(Self.trace)-\(Self.parent)-01"
        let event = RunningServer.event(
            "sh.keptn.event.prod.delivery.triggered",
            id: "1",
            context: "c",
            data: ["project": "shop", "stage": "prod", "service": "carts"]
        )
        let headers = [("traceparent", parent)]
        let type = "application/cloudevents+json"
        #expect(try await server.call(.POST, "/v1/events", body: event, type: type, headers: headers).status == 202)
        let events = try await server.call(.GET, "/v1/events?context=c").items.compactMap {
            $0["event"] as? [String: Any]
        }
        #expect(events.count == 6)
        #expect(events.allSatisfy { $0["traceparent"] as? String == parent })
        let other = event.replacing(#""id":"1""#, with: #""id":"2""#)
        let wrong = [("traceparent", "00-nonsense")]
        #expect(try await server.call(.POST, "/v1/events", body: other, type: type, headers: wrong).status == 202)
        #expect(server.stop() == 0)
        #expect(try await Program.tidegate(["check", "--data-dir", server.directory]).output == "whole\n")
    }
}
