import Documents
import Events
import Hummingbird
import Orchestrator

/// Documents in, plan out.
struct ApplyRoute {
    let orchestrator: Orchestrator

    private static let documentLimit = 1000

    func add(to router: Router<GatewayContext>) {
        router.post("/v1/apply") { request, context in try await apply(request, context) }
    }

    private func apply(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.admin)
        let isDry = try request.query(["dryRun"]).boolean("dryRun")
        let body = try await request.object(["project", "documents", "prune"], upTo: Limits.batch)
        let project = try body.name("project")
        try context.principal.check(project: project)
        let documents = try documents(body)
        try check(documents)
        guard body["prune"] == nil || body["prune"]?.boolean != nil else {
            throw Problem(
                .invalid,
                "`prune` is true or false",
                errors: [.init(pointer: "/prune", detail: "expected true or false")]
            )
        }
        let plan = try orchestrator.plan(documents, for: project, prunes: body["prune"]?.boolean ?? false)
        if !isDry { try await orchestrator.apply(plan, documents, by: context.principal.name) }
        let warnings = documents.flatMap(\.diagnostics).map { JSON.text($0.description) }
        return .json([
            "project": .text(project), "applied": .boolean(!isDry), "warnings": .array(warnings),
            "changes": .array(
                plan.changes.map {
                    ["path": .text($0.path), "action": .text($0.action.rawValue), "sha256": .text($0.sha256)]
                }
            ),
        ])
    }

    private func documents(_ body: JSON) throws -> [AppliedDocument] {
        guard let items = body["documents"]?.array, items.count <= Self.documentLimit else {
            throw Problem(
                .invalid,
                "documents are missing",
                errors: [
                    .init(
                        pointer: "/documents",
                        detail: "expected a list of at most \(Self.documentLimit) objects with `path` and `text`"
                    )
                ]
            )
        }
        var paths = Set<String>()
        return try items.enumerated().map { index, item in
            guard let path = item["path"]?.text, let text = item["text"]?.text, item.object?.count == 2 else {
                throw Problem(
                    .invalid,
                    "this is no document",
                    errors: [.init(pointer: "/documents/\(index)", detail: "expected an object with `path` and `text`")]
                )
            }
            guard paths.insert(path).inserted else {
                throw Problem(
                    .invalid,
                    "two documents have one path",
                    errors: [
                        .init(pointer: "/documents/\(index)/path", detail: "`\(path.abbreviated)` is there already")
                    ]
                )
            }
            return AppliedDocument(path: path, text: text)
        }
    }

    private func check(_ documents: [AppliedDocument]) throws {
        let errors = documents.enumerated().flatMap { index, document in
            document.diagnostics.filter { $0.severity == .error }.map {
                EventFault.Detail(pointer: "/documents/\(index)", detail: $0.description)
            }
        }
        guard errors.isEmpty else {
            throw Problem(.invalid, "nothing was applied: the documents have errors", errors: Array(errors.prefix(200)))
        }
    }
}
