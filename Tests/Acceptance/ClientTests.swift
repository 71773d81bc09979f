import Foundation
import TestSupport
import Testing

/// Real clients that others have written, against a running server.
@Suite("Clients of others")
struct ClientTests {
    private static let folder = Repository.root.appending(path: ".build/clients/bin").path

    private static let sender = """
        import sys, urllib.request
        from cloudevents.core.bindings.http import to_binary_event, to_structured_event
        from cloudevents.core.formats.json import JSONFormat
        from cloudevents.core.v1.event import CloudEvent

        def event(id):
            return CloudEvent({"id": id, "source": "https://example.com/sdk", "type": "com.example.sdk", "specversion": "1.0",
                               "datacontenttype": "application/json", "subject": "größe ✓"}, {"value": 1.5, "text": "ü"})

        def post(headers, body):
            request = urllib.request.Request(sys.argv[1] + "/v1/events", body, headers, method="POST")
            with urllib.request.urlopen(request) as response:
                assert response.status == 202, response.status

        for id, write in [("structured", to_structured_event), ("binary", to_binary_event)]:
            message = write(event(id))
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            post(dict(message.headers), body)
        parts = [JSONFormat().write(event(id)) for id in ("batch-1", "batch-2")]
        post({"Content-Type": "application/cloudevents-batch+json"}, b"[" + b",".join(parts) + b"]")
        """

    @Test("the CloudEvents SDK sends in all three modes, and what it sent is what is kept")
    func sdk() async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        let result = try await Program.run(Self.folder + "/python", ["-c", Self.sender, server.url])
        #expect(result.code == 0, "\(result.errors)")
        let events = try await server.events().compactMap { $0["event"] as? [String: Any] }
        #expect(events.map { $0["id"] as? String } == ["structured", "binary", "batch-1", "batch-2"])
        for event in events {
            #expect(event["subject"] as? String == "größe ✓")
            #expect(event["source"] as? String == "https://example.com/sdk")
            let data = event["data"] as? [String: Any]
            #expect(data?["value"] as? Double == 1.5)
            #expect(data?["text"] as? String == "ü")
        }
        #expect(server.stop() == 0)
    }

    /// What is left out of a run, and why.
    static let runs: [[String]] = [
        // The stream has no end.
        ["--exclude-path", "/v1/events/stream", "--exclude-path", "/v1/apply", "--exclude-path", "/v1/evaluations"],
        // Documents are text here, and most texts are no documents.
        [
            "--include-path", "/v1/apply", "--include-path", "/v1/evaluations", "--exclude-checks",
            "positive_data_acceptance",
        ],
    ]

    @Test("Schemathesis finds no answer that the OpenAPI document does not announce", arguments: runs)
    func openAPI(arguments: [String]) async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        let result = try await Program.run(
            Self.folder + "/schemathesis",
            [
                // Phases that are the same each time: what they try does not depend on what the server answered before.
                "run", server.url + "/openapi.json", "--phases", "examples,coverage,fuzzing", "--max-examples", "20",
                "--seed",
                "1", "--no-color",
                "--generation-database", "none",
            ] + arguments,
            folder: folder.path
        )
        #expect(result.code == 0, "\(result.output)")
        #expect(try await server.call(.GET, "/readyz").status == 200)
        #expect(server.stop() == 0)
    }
}
