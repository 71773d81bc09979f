/// An event as it is kept: a CloudEvent 1.0 in its JSON form, and what the sequencer needs to know of it.
///
/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>, with the extension attributes of
/// <https://github.com/keptn/spec/blob/0.2.4/cloudevents.md>. The data stays the bytes that they are until somebody asks.
public struct Event: Sendable {
    public let id: String
    public let source: String
    public let type: String
    public let time: Timestamp
    /// One id for everything that one deployment sets off, through all stages: `shkeptncontext`.
    public let context: String
    /// The event that this one answers: `triggeredid`.
    public let triggeredID: String?
    /// The trace that it belongs to, where its sender said so: `traceparent`.
    public let traceParent: String?
    /// What the data names as project, stage and service; nil where it does not name all three.
    public let lane: Lane?
    /// The whole event, with every attribute that it came with.
    public let body: [UInt8]
    /// Where the value of `data` stands in the body; empty where there is none.
    let dataRange: Range<Int>
    /// What `data` says, where that is known without reading it.
    private let known: JSON?

    /// The bytes of `data`, which are JSON.
    public var dataBytes: ArraySlice<UInt8> { body[dataRange] }

    /// What `data` says; null where there is none. It was checked when the event was read.
    public var data: JSON {
        if let known { return known }
        guard !dataRange.isEmpty else { return .null }
        var scanner = JSONScanner(known: Array(dataBytes))
        return (try? scanner.value(depth: 0)) ?? .null
    }

    init(
        id: String,
        source: String,
        type: String,
        time: Timestamp,
        context: String,
        triggeredID: String?,
        traceParent: String?,
        lane: Lane?,
        body: [UInt8],
        dataRange: Range<Int>,
        known: JSON? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.context = context
        self.triggeredID = triggeredID
        self.traceParent = traceParent
        self.lane = lane
        self.body = body
        self.dataRange = dataRange
        self.known = known
    }
}

extension Event {
    /// Makes an event of our own.
    ///
    /// - Parameters:
    ///   - type: What happened.
    ///   - id: Derived from its cause, so that the same decision is the same event.
    ///   - source: Who says so.
    ///   - time: When.
    ///   - context: The run that it belongs to.
    ///   - triggeredID: The event that it answers.
    ///   - traceParent: The trace that it belongs to.
    ///   - extensions: Other attributes; names of lower-case letters and digits.
    ///   - lane: What its data names.
    ///   - data: The payload.
    public init(
        type: String,
        id: String,
        source: String,
        time: Timestamp,
        context: String,
        triggeredID: String? = nil,
        traceParent: String? = nil,
        extensions: [(name: String, value: String)] = [],
        lane: Lane?,
        data: JSON
    ) {
        var writer = EnvelopeWriter()
        writer.attribute("id", id)
        writer.attribute("source", source)
        writer.attribute("type", type)
        writer.attribute("time", time.description)
        writer.attribute("datacontenttype", "application/json")
        writer.attribute("shkeptncontext", context)
        writer.attribute("shkeptnspecversion", "0.2.4")
        if let triggeredID { writer.attribute("triggeredid", triggeredID) }
        if let traceParent { writer.attribute(TraceParent.name, traceParent) }
        for (name, value) in extensions { writer.attribute(name, value) }
        let (body, range) = writer.finish(data: data.bytes)
        self.init(
            id: id,
            source: source,
            type: type,
            time: time,
            context: context,
            triggeredID: triggeredID,
            traceParent: traceParent,
            lane: lane,
            body: body,
            dataRange: range,
            known: data
        )
    }
}
