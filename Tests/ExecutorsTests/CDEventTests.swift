import Events
import Foundation
import TestSupport
import Testing
import Workflows

@testable import Executors

@Suite("Notifications")
struct NotificationTests {
    private static func event(_ type: String, _ data: JSON = .emptyObject, triggeredID: String? = "t") -> Event {
        let names: JSON = ["project": "shop", "stage": "prod", "service": "carts"]
        return Event(
            type: type,
            id: "e1",
            source: "/tidegate/sequencer",
            time: Timestamp(milliseconds: 1_800_000_000_000),
            context: "c",
            triggeredID: triggeredID,
            lane: Lane(project: "shop", stage: "prod", service: "carts"),
            data: names.merged(with: data)
        )
    }

    static let events = [
        event("sh.keptn.event.prod.delivery.triggered", triggeredID: nil),
        event(
            "sh.keptn.event.prod.delivery.finished",
            ["result": "fail", "status": "succeeded", "message": "too slow"]
        ),
        event("sh.keptn.event.prod.delivery.finished", ["result": "pass", "status": "succeeded"]),
        event("sh.keptn.event.deployment.started"),
        event("sh.keptn.event.deployment.finished", ["result": "fail", "status": "errored", "message": "no"]),
        event("sh.keptn.event.prod.remediation.triggered", ["problem": ["ProblemTitle": "slow", "ProblemID": "1"]]),
        event("dev.tidegate.problem.resolved", ["problem": ["ProblemTitle": "slow", "ProblemID": "1"]]),
    ]

    @Test(
        "in CDEvents are valid by its schemas",
        .enabled(
            if: FileManager.default.fileExists(
                atPath: Repository.root.appending(path: "../shared/vectors/cdevents").path
            ),
            "the folder shared/vectors is not beside the project"
        )
    )
    func cdEvents() async throws {
        let folder = try TemporaryFolder()
        let documents = Self.events.compactMap { CDEvent($0)?.json }
        #expect(documents.count == Self.events.count)
        let file = try folder.write("events.json", String(decoding: JSON.array(documents).bytes, as: UTF8.self))
        let schemas = Repository.root.appending(path: "../shared/vectors/cdevents/schemas/all.json").path
        // Python's jsonschema, a real validator, as the vectors were made with.
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator, FormatChecker
            from referencing import Registry, Resource
            schemas = json.load(open(sys.argv[1]))
            registry = Registry().with_resources([(uri, Resource.from_contents(s)) for uri, s in schemas.items() if uri.startswith("http")])
            for document in json.load(open(sys.argv[2])):
                kind = document["context"]["type"].split(".")[2:4]
                schema = dict(schemas["https://cdevents.dev/0.6.0-draft/schema/%s-%s-event" % tuple(kind)])
                schema["properties"]["context"]["properties"].pop("links", None)
                errors = list(Draft202012Validator(schema, registry=registry, format_checker=FormatChecker()).iter_errors(document))
                print(".".join(kind), [e.message for e in errors])
            """
        let python = Repository.root.appending(path: ".build/clients/bin/python").path
        let result = try await Program.run(python, ["-c", script, schemas, file])
        #expect(result.code == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == Self.events.count)
        #expect(lines.allSatisfy { $0.hasSuffix(" []") }, "\(result.output)")
    }

    @Test("for people say what it is about, and mention nobody")
    func messages() {
        let event = Self.event(
            "sh.keptn.event.prod.delivery.finished",
            ["result": "fail", "message": "<!channel> & @here failed"]
        )
        let slack = SlackMessage(Message(event)).json
        #expect(slack["text"] == "❌ prod.delivery finished · fail · shop/prod/carts")
        let text = slack["blocks"]?.array?[1]["text"]?["text"]?.text ?? ""
        #expect(text == "&lt;!channel&gt; &amp; @here failed\ncontext c")
        let teams = TeamsMessage(Message(event)).json
        let card = teams["attachments"]?.array?[0]["content"]
        #expect(card?["type"] == "AdaptiveCard")
        #expect(card?["body"]?.array?.count == 3)
        #expect(Message(event).markdown.contains("&lt;\\!channel&gt; &amp; &#64;here failed"))
    }
}
