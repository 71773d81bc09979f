import Events

/// One thing that can be asked of the server, as the OpenAPI document says it.
struct Operation {
    let method: String
    let path: String
    let summary: String
    var query: [Parameter] = []
    /// Media types with the schemas of what they hold.
    var body: [(type: String, schema: JSON)] = []
    let success: [(status: Int, schema: JSON)]
    var successType = "application/json"
    /// Beside those that every route may answer with.
    var problems: [Int] = []

    struct Parameter {
        let name: String
        let schema: JSON
        let description: String
    }

    private static let problemTitles = [
        400: "It can't be read.", 401: "No token, or not a known one.", 403: "The token is not for this.",
        404: "There is no such thing.", 408: "The body did not arrive in time.",
        409: "It is not in a state for this.", 413: "It is too large.", 415: "It has a type that is not taken.",
        422: "It is JSON, but means nothing.", 503: "It can't be kept now; try again after `Retry-After`.",
    ]

    var json: JSON {
        var operation: JSON = [
            "summary": .text(summary), "operationId": .text(id), "responses": responses,
            "parameters": .array(pathParameters + query.map(\.json)),
        ]
        if !body.isEmpty {
            let content = Dictionary(uniqueKeysWithValues: body.map { ($0.type, JSON.object(["schema": $0.schema])) })
            operation["requestBody"] = ["required": true, "content": .object(content)]
        }
        return operation
    }

    private var id: String {
        method + path.split { !$0.isLetter }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private var pathParameters: [JSON] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            [
                "name": .text(String(part.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": ["type": "string", "minLength": 1],
            ]
        }
    }

    private var responses: JSON {
        var responses: [String: JSON] = [:]
        for (status, schema) in success {
            responses[String(status)] = [
                "description": "Done.", "content": .object([successType: ["schema": schema]]),
            ]
        }
        for status in Set([400, 401, 403, 503] + problems + (body.isEmpty ? [] : [408, 413, 415, 422])) {
            responses[String(status)] = [
                "description": .text(Self.problemTitles[status] ?? ""),
                "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
            ]
        }
        return .object(responses)
    }
}

extension Operation.Parameter {
    fileprivate var json: JSON {
        ["name": .text(name), "in": "query", "required": false, "schema": schema, "description": .text(description)]
    }
}
