/// What was found of an event, before it is known whether it is one.
struct EventDraft {
    struct Attribute {
        let name: String
        /// The value as it stands in the JSON form.
        let json: ArraySlice<UInt8>
        /// The value where it is a string.
        let text: String?
    }

    /// In the order in which they came.
    var attributes: [Attribute] = []
    private var data: ArraySlice<UInt8> = []
    private var hasBinaryData = false
    /// The string members of `data` that say where it belongs.
    private var project = ""
    private var stage = ""
    private var service = ""
    private var isNotAnObject: Bool?

    init() {}

    init(_ scanner: inout JSONScanner, depth: Int) throws(JSONFault) {
        var draft = EventDraft()
        try scanner.object(depth: depth) { scanner, name throws(JSONFault) in
            switch name {
            case "data": try draft.readData(&scanner, depth: depth + 1)
            default:
                let start = scanner.index
                let text = scanner.peek == UInt8(ascii: "\"") ? try scanner.string() : nil
                if text == nil { _ = try scanner.skipValue(depth: depth + 1) }
                let json = scanner.bytes[start..<scanner.index]
                // Null means that the attribute is not set (JSON event format, section 2.2).
                guard text != nil || !json.elementsEqual("null".utf8) else { return }
                draft.attributes.append(Attribute(name: name, json: json, text: text))
                if name == "data_base64" { draft.hasBinaryData = true }
            }
        }
        self = draft
    }

    mutating func readData(_ scanner: inout JSONScanner, depth: Int) throws(JSONFault) {
        scanner.skipSpace()
        let start = scanner.index
        if scanner.peek == UInt8(ascii: "{") {
            try scanner.object(depth: depth) { scanner, name throws(JSONFault) in
                let isText = scanner.peek == UInt8(ascii: "\"")
                switch name {
                case "project" where isText: project = try scanner.string()
                case "stage" where isText: stage = try scanner.string()
                case "service" where isText: service = try scanner.string()
                default: _ = try scanner.skipValue(depth: depth + 1)
                }
            }
            isNotAnObject = false
        } else {
            _ = try scanner.skipValue(depth: depth)
            isNotAnObject = true
        }
        data = scanner.bytes[start..<scanner.index]
    }

    /// The attribute of that name, where its value is a string.
    func text(_ name: String) -> String? { attributes.first { $0.name == name }?.text }

    // MARK: Checking

    func event(_ reader: EventReader, pointer: String) throws(EventFault) -> Event {
        var details: [EventFault.Detail] = []
        func complain(_ name: String, _ detail: String) {
            details.append(.init(pointer: "\(pointer)/\(name)", detail: detail))
        }
        checkAttributes(isLenient: reader.isLenient, complain)
        let time = text("time").map { text in
            let time = Timestamp(text)
            if time == nil { complain("time", "expected a time such as 2024-05-17T10:00:00Z (RFC 3339)") }
            return time ?? reader.defaults.time
        }
        let type = text("type") ?? ""
        let isSequencing = type.hasPrefix(Event.keptnPrefix)
        let lane = lane
        if isSequencing { checkData(complain) }
        guard details.isEmpty else { throw .invalid(details) }

        let id = text("id") ?? reader.defaults.makeID()
        let source = text("source") ?? "unknown"
        let context = text("shkeptncontext") ?? reader.defaults.makeID()
        var writer = EnvelopeWriter()
        for attribute in attributes where attribute.name != "specversion" {
            writer.attribute(attribute.name, json: attribute.json)
        }
        if text("id") == nil { writer.attribute("id", id) }
        if text("source") == nil { writer.attribute("source", source) }
        if time == nil { writer.attribute("time", reader.defaults.time.description) }
        if text("shkeptncontext") == nil { writer.attribute("shkeptncontext", context) }
        let given = text(TraceParent.name)
        let traceParent = given ?? reader.defaults.traceParent
        if given == nil, let traceParent { writer.attribute(TraceParent.name, traceParent) }
        let (body, range) = writer.finish(data: data)
        return Event(
            id: id,
            source: source,
            type: type,
            time: time ?? reader.defaults.time,
            context: context,
            triggeredID: text("triggeredid"),
            traceParent: traceParent.flatMap { TraceParent($0) == nil ? nil : $0 },
            lane: lane,
            body: body,
            dataRange: range
        )
    }

    private var lane: Lane? {
        guard !project.isEmpty, !stage.isEmpty, !service.isEmpty else { return nil }
        return Lane(project: project, stage: stage, service: service)
    }

    private func checkAttributes(isLenient: Bool, _ complain: (String, String) -> Void) {
        if let version = text("specversion") {
            if version != "1.0" { complain("specversion", "expected \"1.0\"") }
        } else if !isLenient || attributes.contains(where: { $0.name == "specversion" }) {
            complain("specversion", "expected \"1.0\"")
        }
        let required = isLenient ? ["type"] : ["id", "source", "type"]
        for name in ["id", "source", "type"] {
            let isThere = attributes.contains { $0.name == name }
            if text(name) == "" || text(name) == nil && (isThere || required.contains(name)) {
                complain(name, "expected text that is not empty")
            }
        }
        for attribute in attributes where attribute.name != "data_base64" {
            let (name, json, text) = (attribute.name, attribute.json, attribute.text)
            if name.isEmpty || !name.utf8.allSatisfy({ $0.isDigit || (0x61...0x7A).contains($0) }) {
                complain(String(name.prefix(60)), "an attribute's name has only lower-case letters and digits")
            } else if json.first == UInt8(ascii: "{") || json.first == UInt8(ascii: "[") {
                complain(name, "an attribute is text, a whole number, true or false")
            } else if text == nil, json.first != UInt8(ascii: "t"), json.first != UInt8(ascii: "f"),
                Double(String(decoding: json, as: UTF8.self)).flatMap(Int32.init(exactly:)) == nil
            {
                complain(name, "a number as an attribute is a whole one of 32 bits")
            } else if text.map({ $0.unicodeScalars.count }) ?? json.count > EventReader.attributeLimit {
                complain(name, "an attribute has at most \(EventReader.attributeLimit) characters")
            } else if ["time", "shkeptncontext", "triggeredid", "datacontenttype", TraceParent.name].contains(name),
                text == nil
            {
                complain(name, "expected text")
            } else if let text, text.unicodeScalars.contains(where: \.isForbidden) {
                complain(name, "an attribute has no control characters")
            }
        }
        for name in ["shkeptncontext", "triggeredid"] where text(name) == "" {
            complain(name, "expected text that is not empty")
        }
        if hasBinaryData, !data.isEmpty { complain("data_base64", "an event has `data` or `data_base64`, not both") }
        if let type = text("datacontenttype"), !hasBinaryData, !type.isJSONMediaType {
            complain("datacontenttype", "`data` is JSON; send other things as `data_base64`")
        }
    }

    private func checkData(_ complain: (String, String) -> Void) {
        guard isNotAnObject == false else {
            complain("data", "expected an object with `project`, `stage` and `service`")
            return
        }
        for (name, value) in [("project", project), ("stage", stage), ("service", service)] {
            if value.isEmpty {
                complain("data/\(name)", "expected text that is not empty")
            } else if value.unicodeScalars.count > EventReader.nameLimit
                || value.unicodeScalars.contains(where: \.isForbidden)
            {
                complain(
                    "data/\(name)",
                    "a name has 1 to \(EventReader.nameLimit) characters, none of them control characters"
                )
            }
        }
    }
}

extension Event {
    /// What the types of Keptn's events begin with; only those have to name a lane, and only those run sequences.
    public static let keptnPrefix = "sh.keptn.event."
}

extension String {
    /// `application/json`, or anything `+json` (RFC 6839).
    public var isJSONMediaType: Bool {
        let type = prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return type == "application/json" || type == "text/json" || type.hasSuffix("+json")
    }
}

extension Unicode.Scalar {
    fileprivate var isForbidden: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
