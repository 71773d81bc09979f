import Documents
import Events
import Executors
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import Orchestrator
import Tracing
import Workflows

/// Events in and out.
struct EventRoutes {
    let orchestrator: Orchestrator

    func add(to router: Router<GatewayContext>) {
        router.post("/v1/events") { request, context in try await receive(request, context) }
        router.get("/v1/events") { request, context in try await list(request, context) }
        router.post("/api/v1/event") { request, context in try await receiveAsKeptn(request, context) }
    }

    // MARK: In

    private func receive(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.ingest)
        _ = try request.query([])
        let type = (request.headers[.contentType] ?? "").mediaType
        let isBatch = type == "application/cloudevents-batch+json"
        let bytes = try await request.bytes(upTo: isBatch ? Limits.batch : Limits.event)
        let reader = EventReader.outside(request.headers)
        if isBatch {
            let events = try Self.read { () throws(EventFault) in try reader.batch(bytes) }
            guard events.count <= Limits.eventsInBatch else {
                throw Problem(.tooLarge, "a batch has at most \(Limits.eventsInBatch) events")
            }
            for event in events { try Self.check(event, context.principal) }
            let receipts = try await orchestrator.submit(events)
            var writer = JSONWriter()
            writer.raw("[")
            for (index, receipt) in receipts.enumerated() {
                if index > 0 { writer.raw(",") }
                receipt.write(to: &writer)
            }
            writer.raw("]")
            return .json(writer.bytes, status: .accepted)
        }
        let event = try Self.event(request.headers, bytes, reader)
        try Self.check(event, context.principal)
        return .json(try await orchestrator.submit([event])[0].json, status: .accepted)
    }

    /// One event, in the structured or the binary mode.
    static func event(_ headers: HTTPFields, _ bytes: [UInt8], _ reader: EventReader) throws -> Event {
        let type = (headers[.contentType] ?? "").mediaType
        if type == "application/cloudevents+json" {
            return try read { () throws(EventFault) in try reader.event(bytes) }
        }
        guard headers.contains(where: { $0.name.canonicalName == "ce-specversion" }) else {
            throw Problem(
                .unsupportedMediaType,
                "send a CloudEvent: `Content-Type: application/cloudevents+json` (structured),"
                    + " `application/cloudevents-batch+json` (batch), or the headers `ce-specversion`, `ce-id`, … (binary)"
            )
        }
        guard bytes.isEmpty || type.isJSONMediaType else {
            throw Problem(.unsupportedMediaType, "the data of an event is JSON; `\(type.abbreviated)` is not taken")
        }
        // Attributes are headers (HTTP protocol binding 1.0, section 3.1), percent-encoded.
        var attributes: [(name: String, value: String)] = []
        for field in headers where field.name.canonicalName.hasPrefix("ce-") {
            let name = String(field.name.canonicalName.dropFirst(3))
            guard let value = field.value.removingPercentEncoding else {
                throw Problem(.malformed, "the header `ce-\(name.abbreviated)` is not percent-encoded right")
            }
            attributes.append((name, value))
        }
        if !bytes.isEmpty, let type = headers[.contentType] { attributes.append(("datacontenttype", type)) }
        return try read { () throws(EventFault) in try reader.event(attributes: attributes, data: bytes) }
    }

    /// Keptn's own door: an event that may lack its id, source and version; the answer is the context.
    private func receiveAsKeptn(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.ingest)
        guard request.headers[.contentType]?.isJSONMediaType ?? false else {
            throw Problem(.unsupportedMediaType, "send `Content-Type: application/json`")
        }
        let bytes = try await request.bytes(upTo: Limits.event)
        let reader = EventReader.outside(request.headers, isLenient: true)
        let event = try Self.read { () throws(EventFault) in try reader.event(bytes) }
        try Self.check(event, context.principal)
        let receipt = try await orchestrator.submit([event])[0]
        return .json(["keptnContext": .text(receipt.context)])
    }

    private static func read<Value>(_ body: () throws(EventFault) -> Value) throws -> Value {
        do throws(EventFault) {
            return try body()
        } catch {
            throw Problem(error)
        }
    }

    static func check(_ event: Event, _ principal: Principal) throws {
        guard !Sequencer.isReserved(event.source) else {
            throw Problem(
                .invalid,
                "the source `\(event.source.abbreviated)` is Tidegate's own",
                errors: [.init(pointer: "/source", detail: "sources below /tidegate/ can't be used from outside")]
            )
        }
        if let lane = event.lane { try principal.check(project: lane.project) }
        guard case .sequenceTriggered(let stage, _) = EventKind(event.type), let lane = event.lane, stage != lane.stage
        else {
            return
        }
        throw Problem(
            .invalid,
            "the type says the stage `\(stage.abbreviated)`, the data `\(lane.stage.abbreviated)`",
            errors: [.init(pointer: "/data/stage", detail: "expected `\(stage.abbreviated)`, as in the type")]
        )
    }

    // MARK: Out

    static let filterNames = ["context", "type", "project", "stage", "service", "after"]

    private func list(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try context.principal.check(.read)
        let query = try request.query(Self.filterNames + ["limit"])
        let limit = Int(try query.integer("limit", in: 1...Int64(Limits.page)) ?? 100)
        let after = try query.integer("after", in: 0...Limits.position) ?? 0
        let events = try orchestrator.journal.events(try filter(query, context.principal), after: after, limit: limit)
        var writer = JSONWriter()
        writer.raw(#"{"items":["#)
        for (index, event) in events.enumerated() {
            if index > 0 { writer.raw(",") }
            event.write(to: &writer)
        }
        writer.raw(#"],"next":"#)
        writer.value(events.count == limit ? .number(Double(events.last?.position ?? 0)) : .null)
        writer.raw("}")
        return .json(writer.bytes)
    }
}

extension EventReader {
    private static let traceParent = HTTPField.Name(TraceParent.name)

    /// For what comes from outside, in the trace that its request says, or that it is part of by now.
    static func outside(_ headers: HTTPFields, isLenient: Bool = false) -> EventReader {
        let sent = traceParent.flatMap { headers[$0] }
        let trace = ServiceContext.traceParent ?? sent.flatMap { TraceParent($0)?.text }
        return EventReader(.init(time: .now, traceParent: trace) { Orchestrator.newID }, isLenient: isLenient)
    }
}

/// The filter that a query says, narrowed to what the one who asks may see.
func filter(_ query: [String: String], _ principal: Principal) throws -> EventFilter {
    var filter = EventFilter()
    filter.context = query["context"]
    filter.type = query["type"]
    filter.project = query["project"]
    filter.stage = query["stage"]
    filter.service = query["service"]
    filter.visible = principal.projects
    return filter
}

extension ListedEvent {
    func write(to writer: inout JSONWriter) {
        writer.raw(#"{"position":"#)
        writer.value(.number(Double(position)))
        writer.raw(#","event":"#)
        writer.raw(body)
        if let ignored {
            writer.raw(#","ignored":"#)
            writer.string(ignored)
        }
        writer.raw("}")
    }
}

extension Receipt {
    /// Written without a tree of values: this is the answer to every event.
    func write(to writer: inout JSONWriter) {
        writer.raw(#"{"id":"#)
        writer.string(id)
        writer.raw(#","source":"#)
        writer.string(source)
        writer.raw(#","position":"#)
        writer.raw(String(position).utf8)
        writer.raw(#","context":"#)
        writer.string(context)
        writer.raw(isDuplicate ? #","duplicate":true"# : #","duplicate":false"#)
        if let ignored {
            writer.raw(#","ignored":"#)
            writer.string(ignored)
        }
        writer.raw("}")
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension String {
    /// Without parameters, in lower case.
    var mediaType: String {
        let isPlain = utf8.allSatisfy {
            $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") && !(0x41...0x5A).contains($0)
        }
        return isPlain ? self : prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    }
}
