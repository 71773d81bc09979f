/// An event in the CloudEvents 1.0 form, with Keptn's extension attributes.
///
/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>
public struct CloudEvent<Payload: Sendable>: Sendable {
    public let id: String
    public let source: String
    public let type: String
    public let time: Timestamp
    /// One id for everything that one deployment sets off, through all stages.
    public let context: String
    public let data: Payload

    public init(id: String, source: String, type: String, time: Timestamp, context: String, data: Payload) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.context = context
        self.data = data
    }
}

extension CloudEvent {
    private enum Keys: String, CodingKey {
        case specversion, id, source, type, time, datacontenttype, shkeptncontext, shkeptnspecversion, data
    }
}

extension CloudEvent: Encodable where Payload: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode("1.0", forKey: .specversion)
        try container.encode(id, forKey: .id)
        try container.encode(source, forKey: .source)
        try container.encode(type, forKey: .type)
        try container.encode(time, forKey: .time)
        try container.encode("application/json", forKey: .datacontenttype)
        try container.encode(context, forKey: .shkeptncontext)
        try container.encode("0.2.4", forKey: .shkeptnspecversion)
        try container.encode(data, forKey: .data)
    }
}

extension CloudEvent: Decodable where Payload: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        id = try container.decode(String.self, forKey: .id)
        source = try container.decode(String.self, forKey: .source)
        type = try container.decode(String.self, forKey: .type)
        time = try container.decode(Timestamp.self, forKey: .time)
        context = try container.decode(String.self, forKey: .shkeptncontext)
        data = try container.decode(Payload.self, forKey: .data)
    }
}
