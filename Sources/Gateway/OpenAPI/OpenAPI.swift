import Events
import Workflows

/// The served description of the routes: OpenAPI 3.1.
enum OpenAPI {
    static let document: [UInt8] = {
        var paths: [String: JSON] = [:]
        for operation in operations {
            paths[operation.path, default: .emptyObject][operation.method] = operation.json
        }
        let json: JSON = [
            "openapi": "3.1.0",
            "info": [
                "title": "Tidegate", "version": "1",
                "description": "Keeps events, runs sequences from them, and judges releases.",
            ],
            "paths": .object(paths),
            "security": [["token": []], [:]],
            "components": [
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                "schemas": .object(schemas),
            ],
        ]
        return json.bytes
    }()

    // MARK: Routes

    private typealias Parameter = Operation.Parameter

    private static let project = Parameter(name: "project", schema: text, description: "Only those of this project.")
    private static let stage = Parameter(name: "stage", schema: text, description: "Only those of this stage.")
    private static let service = Parameter(name: "service", schema: text, description: "Only those of this service.")
    private static let context = Parameter(name: "context", schema: text, description: "Only those of this run.")
    private static let type = Parameter(name: "type", schema: text, description: "Only those of this type.")
    private static let limit = Parameter(
        name: "limit",
        schema: ["type": "integer", "minimum": 1, "maximum": .number(Double(Limits.page))],
        description: "How many at most."
    )
    private static let after = Parameter(
        name: "after",
        schema: ["type": "integer", "minimum": 0, "maximum": .number(Double(Limits.position))],
        description: "Only those after this position."
    )
    private static let before = Parameter(
        name: "before",
        schema: ["type": "integer", "minimum": 1, "maximum": .number(Double(Limits.position))],
        description: "Only those before this position: `next` of the page before."
    )
    private static let state = Parameter(
        name: "state",
        schema: ["type": "string", "pattern": .text("^(\(states))(,(\(states)))*$")],
        description: "Only those in these states, with commas between them."
    )
    private static let states = Run.State.allCases.map(\.rawValue).joined(separator: "|")

    /// The methods of the routes that a path matches; empty where there is none.
    static func methods(of path: String) -> [String] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return operations.filter { operation in
            let pattern = operation.path.split(separator: "/", omittingEmptySubsequences: false)
            return pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.map { $0.method.uppercased() }
    }

    private static let operations: [Operation] = [
        Operation(
            method: "post",
            path: "/v1/events",
            summary: "Hand in an event, or a batch of them; kept when it is answered.",
            body: [
                ("application/cloudevents+json", ref("CloudEvent")),
                ("application/cloudevents-batch+json", list(ref("CloudEvent"))),
            ],
            success: [(202, ["oneOf": [ref("Receipt"), list(ref("Receipt"))]])]
        ),
        Operation(
            method: "get",
            path: "/v1/events",
            summary: "List events in the order of the log.",
            query: [context, type, project, stage, service, after, limit],
            success: [(200, page(ref("LoggedEvent")))]
        ),
        Operation(
            method: "get",
            path: "/v1/events/stream",
            summary: "Follow the log as server-sent events.",
            query: [context, type, project, stage, service, after],
            success: [(200, text)],
            successType: "text/event-stream"
        ),
        Operation(
            method: "post",
            path: "/v1/alerts/alertmanager",
            summary: "Take alerts in, as Alertmanager's webhook sends them; kept when it is answered.",
            body: [
                (
                    "application/json",
                    [
                        "type": "object", "required": ["version", "alerts"],
                        "properties": [
                            "version": ["const": "4"],
                            "alerts": list([
                                "type": "object", "required": ["status", "labels", "startsAt", "fingerprint"],
                                "properties": [
                                    "status": ["enum": ["firing", "resolved"]],
                                    "labels": ["type": "object", "additionalProperties": text],
                                    "annotations": ["type": "object", "additionalProperties": text],
                                    "startsAt": ["type": "string", "minLength": 1],
                                    "fingerprint": ["type": "string", "minLength": 1],
                                ],
                            ]),
                        ],
                    ]
                )
            ],
            success: [(200, object(["items": list(anyObject)], required: ["items"]))]
        ),
        Operation(
            method: "get",
            path: "/v1/freezes",
            summary: "List where nothing is done about problems, and why.",
            success: [(200, object(["items": list(anyObject)], required: ["items"]))]
        ),
        Operation(
            method: "post",
            path: "/v1/freezes",
            summary: "Stop everything that is done about problems, in a project or in all.",
            body: [
                ("application/json", object(["project": name, "reason": name], required: ["reason"], isClosed: true))
            ],
            success: [(200, anyObject)]
        ),
        Operation(
            method: "post",
            path: "/v1/unfreeze",
            summary: "Let it go on.",
            body: [("application/json", object(["project": name], required: [], isClosed: true))],
            success: [(200, anyObject)]
        ),
        Operation(
            method: "post",
            path: "/v1/sequences",
            summary: "Trigger a sequence.",
            body: [
                (
                    "application/json",
                    object(
                        [
                            "project": name, "stage": stageName, "service": name, "sequence": name, "labels": anyObject,
                            "data": anyObject,
                        ],
                        required: ["project", "stage", "service", "sequence"],
                        isClosed: true
                    )
                )
            ],
            success: [(202, object(["context": text, "id": text], required: ["context", "id"]))]
        ),
        Operation(
            method: "get",
            path: "/v1/sequences",
            summary: "List sequences, newest first.",
            query: [context, project, stage, service, state, before, limit],
            success: [(200, page(ref("Sequence")))]
        ),
        Operation(
            method: "get",
            path: "/v1/sequences/{context}",
            summary: "Show the sequences of a run.",
            success: [
                (200, object(["context": text, "items": list(ref("Sequence"))], required: ["context", "items"]))
            ],
            problems: [404]
        ),
        control("pause", "Stop a run before its next task."),
        control("resume", "Let a paused run go on."),
        control("abort", "End a run."),
        Operation(
            method: "get",
            path: "/v1/approvals",
            summary: "List what waits for a person.",
            query: [project, stage, service],
            success: [(200, object(["items": list(anyObject)], required: ["items"]))]
        ),
        Operation(
            method: "post",
            path: "/v1/approvals/{id}",
            summary: "Answer an approval.",
            body: [
                (
                    "application/json",
                    object(
                        ["result": ["enum": ["pass", "fail"]], "message": text],
                        required: ["result"],
                        isClosed: true
                    )
                )
            ],
            success: [(200, object(["id": text, "result": text, "by": text], required: ["id", "result", "by"]))],
            problems: [404, 409]
        ),
        Operation(
            method: "post",
            path: "/v1/evaluations",
            summary: "Evaluate a service, by an SLO in the body or by the applied one.",
            query: [
                Parameter(
                    name: "wait",
                    schema: ["type": "string", "pattern": "^[0-9]{1,2}s$"],
                    description: "How long to wait for the result, such as 30s."
                )
            ],
            body: [
                (
                    "application/json",
                    object(
                        [
                            "project": name, "stage": stageName, "service": name, "start": text, "end": text,
                            "timeframe": text,
                            "labels": anyObject, "slo": text,
                        ],
                        required: ["project", "stage", "service"],
                        isClosed: true
                    )
                )
            ],
            success: [(200, anyObject), (202, object(["context": text], required: ["context"]))]
        ),
        Operation(
            method: "get",
            path: "/v1/evaluations",
            summary: "List evaluations, newest first.",
            query: [project, stage, service, before, limit],
            success: [(200, page(anyObject))]
        ),
        Operation(
            method: "get",
            path: "/v1/evaluations/{id}",
            summary: "Show an evaluation.",
            success: [(200, anyObject)],
            problems: [404]
        ),
        Operation(
            method: "get",
            path: "/v1/evaluations/{id}/links",
            summary: "Show what later tasks of its run link to, such as a profile.",
            success: [(200, object(["items": list(anyObject)], required: ["items"]))],
            problems: [404]
        ),
        Operation(
            method: "post",
            path: "/v1/evaluations/{id}/invalidate",
            summary: "Take an evaluation out of what later ones are compared with.",
            success: [(200, object(["id": text, "invalidated": flag], required: ["id", "invalidated"]))],
            problems: [404]
        ),
        Operation(
            method: "get",
            path: "/v1/gate/{project}/{stage}/{service}",
            summary: "Say whether the last evaluation lets a service through.",
            success: [(200, object(["open": flag], required: ["open", "result", "evaluation", "age"]))]
        ),
        Operation(
            method: "post",
            path: "/v1/apply",
            summary: "Apply documents, or see what that would change.",
            query: [Parameter(name: "dryRun", schema: flag, description: "Only make the plan.")],
            body: [
                (
                    "application/json",
                    object(
                        [
                            "project": name, "prune": flag,
                            "documents": list(
                                object(["path": text, "text": text], required: ["path", "text"], isClosed: true)
                            ),
                        ],
                        required: ["project", "documents"],
                        isClosed: true
                    )
                )
            ],
            success: [
                (200, object(["changes": list(anyObject)], required: ["project", "applied", "changes", "warnings"]))
            ]
        ),
        Operation(
            method: "get",
            path: "/v1/deliveries",
            summary: "List what those who subscribed were not told of yet.",
            query: [project, after, limit],
            success: [(200, page(anyObject))]
        ),
        Operation(
            method: "post",
            path: "/v1/deliveries/{id}/redeliver",
            summary: "Try a delivery again now.",
            success: [(202, object(["id": integer], required: ["id"]))],
            problems: [404]
        ),
        Operation(
            method: "post",
            path: "/api/v1/event",
            summary: "Keptn's own door: hand in an event, and be told its context.",
            body: [("application/json", ref("KeptnEvent"))],
            success: [(200, object(["keptnContext": text], required: ["keptnContext"]))]
        ),
        Operation(method: "get", path: "/livez", summary: "Whether the server runs.", success: [(200, anyObject)]),
        Operation(
            method: "get",
            path: "/readyz",
            summary: "Whether an event could be kept now.",
            success: [(200, anyObject)]
        ),
        Operation(
            method: "get",
            path: "/metrics",
            summary: "Numbers for an operator: OpenMetrics where asked for, else Prometheus' text format.",
            success: [(200, text)],
            successType: "text/plain"
        ),
        Operation(method: "get", path: "/openapi.json", summary: "This document.", success: [(200, anyObject)]),
    ]

    private static func control(_ verb: String, _ summary: String) -> Operation {
        Operation(
            method: "post",
            path: "/v1/sequences/{context}/\(verb)",
            summary: summary,
            query: [stage],
            success: [(202, object(["context": text, "sequences": integer], required: ["context", "sequences"]))],
            problems: [404, 409]
        )
    }

    // MARK: Schemas

    private static let text: JSON = ["type": "string"]
    private static let plain = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
    private static let name: JSON = [
        "type": "string", "minLength": 1, "maxLength": .number(Double(EventReader.nameLimit)), "pattern": .text(plain),
    ]
    private static let attribute: JSON = [
        "type": "string", "minLength": 1, "maxLength": .number(Double(EventReader.attributeLimit)),
        "pattern": .text(plain),
    ]
    private static let value: JSON = [
        "type": "string", "maxLength": .number(Double(EventReader.attributeLimit)), "pattern": .text(plain),
    ]
    /// Null means that an attribute is not set.
    private static let optional: JSON = ["anyOf": [attribute, ["type": "null"]]]
    /// Without a dot, which parts it from the sequence in events' types.
    private static let stageName: JSON = [
        "type": "string", "minLength": 1, "maxLength": .number(Double(EventReader.nameLimit)),
        "pattern": "^[^.\\u0000-\\u001f\\u007f-\\u009f]*$",
    ]
    private static let flag: JSON = ["type": "boolean"]
    private static let integer: JSON = ["type": "integer"]
    private static let anyObject: JSON = ["type": "object"]

    private static func ref(_ name: String) -> JSON { ["$ref": .text("#/components/schemas/\(name)")] }
    private static func list(_ items: JSON) -> JSON { ["type": "array", "items": items] }

    private static func object(_ members: [String: JSON], required: [String], isClosed: Bool = false) -> JSON {
        var schema: JSON = [
            "type": "object", "properties": .object(members), "required": .array(required.map { .text($0) }),
        ]
        if isClosed { schema["additionalProperties"] = false }
        return schema
    }

    private static func page(_ items: JSON) -> JSON {
        object(["items": list(items), "next": ["type": ["integer", "null"]]], required: ["items", "next"])
    }

    /// An event's attributes and its data. Events of Keptn's types need more; what, the answer says.
    private static func event(required: [String]) -> JSON {
        let id = required.contains("id") ? attribute : optional
        let number: JSON = [
            "type": "integer", "minimum": .number(Double(Int32.min)), "maximum": .number(Double(Int32.max)),
        ]
        let version: JSON = required.contains("specversion") ? ["const": "1.0"] : ["enum": ["1.0", .null]]
        var schema = object(
            [
                "specversion": version, "id": id, "source": id, "type": attribute,
                "time": [
                    "type": ["string", "null"],
                    "pattern": "^20[0-9]{2}-0[1-9]-[01][1-8]T[01][0-9]:[0-5][0-9]:[0-5][0-9]Z$",
                ],
                "datacontenttype": ["enum": ["application/json", .null]], "shkeptncontext": optional,
                "triggeredid": optional,
                "data": true, "data_base64": false,
            ],
            required: required
        )
        schema["propertyNames"] = ["pattern": "^([a-z0-9]+|data_base64)$"]
        schema["additionalProperties"] = ["anyOf": [value, flag, number, ["type": "null"]]]
        return schema
    }

    private static let schemas: [String: JSON] = [
        "CloudEvent": event(required: ["specversion", "id", "source", "type"]),
        "KeptnEvent": event(required: ["type"]),
        "Receipt": object(
            ["id": text, "source": text, "position": integer, "context": text, "duplicate": flag, "ignored": text],
            required: ["id", "source", "position", "context", "duplicate"]
        ),
        "LoggedEvent": object(
            ["position": integer, "event": anyObject, "ignored": text],
            required: ["position", "event"]
        ),
        "Sequence": object(
            [
                "id": text, "context": text, "project": text, "stage": text, "service": text, "sequence": text,
                "state": ["enum": .array(Run.State.allCases.map { .text($0.rawValue) })], "tasks": list(anyObject),
            ],
            required: ["id", "context", "project", "stage", "service", "sequence", "state", "tasks"]
        ),
        "Problem": object(
            ["type": text, "title": text, "status": integer, "detail": text, "errors": list(anyObject)],
            required: ["type", "title", "status", "detail"]
        ),
    ]
}
