import Foundation

/// A server with a project whose tasks Tidegate carries out itself.
public struct ActingServer: Sendable {
    public let folder: TemporaryFolder
    public let server: RunningServer
    public static let lane = ["project": "shop", "stage": "dev", "service": "carts"]

    /// - Parameters:
    ///   - folder: Where its data and its settings are put.
    ///   - tasks: The names of the tasks of the sequence `delivery`.
    ///   - spec: What stands below `spec` in the project file, indented by two.
    ///   - settings: What stands below `spec` in the server file, indented by two.
    ///   - documents: Others.
    ///   - environment: Of the server.
    /// - Throws: Where it does not start, or does not take the documents.
    public init(
        folder: TemporaryFolder,
        tasks: [String],
        spec: String,
        settings: String = "  listen: 127.0.0.1:0",
        documents: [String: String] = [:],
        environment: [String: String] = [:]
    ) async throws {
        self.folder = folder
        let config = try folder.write(
            "server.yaml",
            "apiVersion: tidegate.dev/v1\nkind: Server\nspec:\n\(settings)\n"
        )
        server = try await RunningServer(
            directory: folder.path + "/data",
            arguments: ["--config", config],
            environment: environment
        )
        let shipyard = """
            apiVersion: spec.keptn.sh/0.2.3
            kind: Shipyard
            metadata: {name: shop}
            spec:
              stages:
                - name: dev
                  sequences:
                    - name: delivery
                      tasks: [\(tasks.map { "{name: \($0)}" }.joined(separator: ", "))]
            """
        let project = "apiVersion: tidegate.dev/v1\nkind: Project\nmetadata: {name: shop}\nspec:\n\(spec)\n"
        let all = ["shipyard.yaml": shipyard, "project.yaml": project].merging(documents) { $1 }
        let answer = try await server.apply("shop", all)
        guard answer.status == 200 else { throw NotApplied(body: answer.body) }
    }

    struct NotApplied: Error {
        let body: String
    }

    /// - Returns: The run's context.
    public func trigger(service: String = "carts", data: [String: Any] = [:]) async throws -> String {
        var body: [String: Any] = Self.lane.merging(["service": service, "sequence": "delivery"]) { $1 }
        body["data"] = data
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        return try await server.call(.POST, "/v1/sequences", body: text).object["context"] as? String ?? ""
    }

    /// Waits until a run has ended.
    ///
    /// - Returns: Its sequence as the list shows it.
    public func end(of context: String) async throws -> [String: Any] {
        var item: [String: Any] = [:]
        _ = try await RunningServer.eventually {
            item = try await server.call(.GET, "/v1/sequences/\(context)").items.first ?? [:]
            return item["ended"] is String
        }
        return item
    }

    /// The events of a run of one type.
    public func events(_ context: String, _ type: String) async throws -> [[String: Any]] {
        try await server.call(.GET, "/v1/events?context=\(context)&type=\(type)&limit=1000").items
            .compactMap { $0["event"] as? [String: Any] }
    }
}
