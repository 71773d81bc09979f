import Events

extension JSON {
    /// What templates are looked up in: an event's attributes and its data.
    public init(templatedEvent event: Event) {
        var json: JSON = [
            "id": .text(event.id), "source": .text(event.source), "type": .text(event.type),
            "time": .text(event.time.description), "shkeptncontext": .text(event.context), "data": event.data,
        ]
        json["triggeredid"] = event.triggeredID.map { .text($0) }
        self = json
    }
}
