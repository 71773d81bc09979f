/// Reads events as they come from outside: strict about the envelope, and about the data's syntax.
public struct EventReader: Sendable {
    /// What an event lacks is filled in from here.
    public struct Defaults: Sendable {
        public let time: Timestamp
        /// Makes an id; where an event has no context it begins one, and Keptn's door gives ids too.
        public let makeID: @Sendable () -> String
        /// The trace that the event came in.
        public let traceParent: String?

        public init(time: Timestamp, traceParent: String? = nil, makeID: @Sendable @escaping () -> String) {
            self.time = time
            self.traceParent = traceParent
            self.makeID = makeID
        }
    }

    /// Characters (Unicode scalars) that the name of a project, a stage or a service may have.
    public static let nameLimit = 200
    /// Characters that an attribute may have.
    public static let attributeLimit = 1024

    let defaults: Defaults
    /// Whether `id`, `source` and `specversion` may be missing, as at Keptn's own door.
    let isLenient: Bool

    public init(_ defaults: Defaults, isLenient: Bool = false) {
        self.defaults = defaults
        self.isLenient = isLenient
    }

    /// Reads one event in the structured form.
    ///
    /// - Throws: ``EventFault``.
    public func event(_ bytes: [UInt8]) throws(EventFault) -> Event {
        var draft = EventDraft()
        do throws(JSONFault) {
            var scanner = try JSONScanner(bytes)
            draft = try EventDraft(&scanner, depth: 0)
            try scanner.end()
        } catch {
            throw .malformed(error)
        }
        return try draft.event(self, pointer: "")
    }

    /// Reads a batch: an array of events. What is wrong with any of them is reported together.
    ///
    /// - Throws: ``EventFault``.
    public func batch(_ bytes: [UInt8]) throws(EventFault) -> [Event] {
        var drafts: [EventDraft] = []
        do throws(JSONFault) {
            var scanner = try JSONScanner(bytes)
            try scanner.array(depth: 0) { scanner throws(JSONFault) in
                drafts.append(try EventDraft(&scanner, depth: 1))
            }
            try scanner.end()
        } catch {
            throw .malformed(error)
        }
        var events: [Event] = []
        var details: [EventFault.Detail] = []
        for (index, draft) in drafts.enumerated() {
            do throws(EventFault) {
                events.append(try draft.event(self, pointer: "/\(index)"))
            } catch {
                guard case .invalid(let more) = error else { throw error }
                details += more
            }
        }
        guard details.isEmpty else { throw .invalid(Array(details.prefix(100))) }
        return events
    }

    /// Reads one event in the binary form: attributes from headers, data from the body.
    ///
    /// - Parameters:
    ///   - attributes: Names without `ce-` and values, decoded.
    ///   - data: The body; empty where there is none.
    /// - Returns: The event.
    /// - Throws: ``EventFault``.
    public func event(attributes: [(name: String, value: String)], data: [UInt8]) throws(EventFault) -> Event {
        var draft = EventDraft()
        for (name, value) in attributes {
            guard name != "data", name != "data_base64" else {
                throw .invalid([.init(pointer: "/\(name)", detail: "no attribute has this name; the data is the body")])
            }
            guard draft.text(name) == nil else {
                throw .invalid([.init(pointer: "/\(name)", detail: "this attribute is given twice")])
            }
            draft.attributes.append(.init(name: name, json: JSON.text(value).bytes[...], text: value))
        }
        guard !data.isEmpty else { return try draft.event(self, pointer: "") }
        do throws(JSONFault) {
            var scanner = try JSONScanner(data)
            try draft.readData(&scanner, depth: 1)
            try scanner.end()
        } catch {
            throw .malformed(error.inside("data"))
        }
        return try draft.event(self, pointer: "")
    }
}
