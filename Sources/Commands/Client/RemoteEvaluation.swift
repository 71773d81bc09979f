import Events
import Foundation
import Objectives

/// An evaluation that a server carries out: the SLO file goes there, the evidence comes back.
struct RemoteEvaluation {
    let command: EvaluateCommand
    let server: String

    private static let patience = "300s"

    /// - Returns: The verdict, computed again from the server's evidence.
    /// - Throws: ``Failure`` where the SLO is not valid, or there is no verdict.
    func result() async throws -> Evaluation {
        var reader = DocumentReader()
        var text = ""
        _ = reader.read(command.slo) { file in
            text = file.text
            return SLO.read(file.text, file: file.name)
        }
        try reader.finish()
        let window = try command.window.window(isNeeded: true)
        let body: JSON = [
            "project": .text(command.project), "stage": .text(command.stage), "service": .text(command.service),
            "start": .text(window.start.description), "end": .text(window.end.description), "slo": .text(text),
            "labels": .object(try command.labels.labels().mapValues { .text($0) }),
        ]
        var options = ServerOptions()
        options.server = server
        options.tokenFile = command.tokenFile
        let client = try options.client()
        let answer = try await client.call(
            .POST,
            "/v1/evaluations",
            query: [("wait", Self.patience)],
            body: body.bytes,
            timeout: .seconds(330)
        )
        guard let id = try answer.json["id"]?.text else {
            let context = try answer.json["context"]?.text ?? ""
            throw Failure.unavailable(
                "it did not end within \(Self.patience); `tidegate get sequences --context \(context)` shows it"
            )
        }
        return try await evaluation(id, client)
    }

    /// The evidence is in the event; the list, newest first, says where that stands.
    private func evaluation(_ id: String, _ client: ServerClient) async throws -> Evaluation {
        let lane: [(name: String, value: String?)] = [
            ("project", command.project), ("stage", command.stage), ("service", command.service),
        ]
        let items = try await client.call(.GET, "/v1/evaluations", query: lane).json["items"]?.array ?? []
        let position = items.first { $0["id"]?.text == id }?["position"]?.integer ?? 0
        let page = try await client.call(.GET, "/v1/events", query: [("after", "\(position - 1)"), ("limit", "1")]).json
        guard let event = page["items"]?.array?.first?["event"], event["id"]?.text == id else {
            throw Failure.unavailable("the server does not show the evidence of the evaluation \(id)")
        }
        let decoded = try JSONDecoder().decode(CloudEvent<EvaluationFinished>.self, from: Data(event.bytes))
        return try Evaluation(decoded.data.evidence)
    }
}
