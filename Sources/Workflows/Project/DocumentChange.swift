import Events

/// A document that was applied or taken away: a fact like any other, kept as an event.
public struct DocumentChange: Sendable, Equatable {
    public static let appliedType = "dev.tidegate.document.applied"
    public static let removedType = "dev.tidegate.document.removed"

    public let project: String
    /// From the project's folder.
    public let path: String
    /// Of the text's bytes; empty where the document was taken away.
    public let sha256: String
    /// Nil where the document was taken away.
    public let text: String?

    public init(project: String, path: String, sha256: String, text: String?) {
        self.project = project
        self.path = path
        self.sha256 = sha256
        self.text = text
    }

    /// - Returns: nil for an event that says something else.
    public init?(_ event: Event) {
        guard [Self.appliedType, Self.removedType].contains(event.type) else { return nil }
        let data = event.data
        guard let project = data["project"]?.text, let path = data["path"]?.text else { return nil }
        let text = event.type == Self.appliedType ? data["text"]?.text : nil
        guard event.type == Self.removedType || text != nil else { return nil }
        self.init(project: project, path: path, sha256: data["sha256"]?.text ?? "", text: text)
    }

    /// The event that it is.
    ///
    /// - Parameters:
    ///   - id: The event's id.
    ///   - time: When it happened.
    ///   - actor: Who did it.
    /// - Returns: The event.
    public func event(id: String, at time: Timestamp, by actor: String) -> Event {
        var data: JSON = ["project": .text(project), "path": .text(path), "actor": .text(actor)]
        if let text {
            data["text"] = .text(text)
            data["sha256"] = .text(sha256)
        }
        return Event(
            type: text == nil ? Self.removedType : Self.appliedType,
            id: id,
            source: Sequencer.operatorSource,
            time: time,
            context: id,
            lane: nil,
            data: data
        )
    }
}
