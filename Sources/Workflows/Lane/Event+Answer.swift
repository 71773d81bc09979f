import Events

extension Event {
    /// The event by which a built-in executor answers this one, a task's triggered event.
    ///
    /// - Parameters:
    ///   - verb: `started` or `finished`.
    ///   - name: Which of several executors it is; nil where there is one.
    ///   - time: When.
    ///   - data: What it says, beside the names of the lane.
    /// - Returns: The event; its id is derived from the task's, so that a second answer is the same.
    public func answer(_ verb: String, by name: String? = nil, at time: Timestamp, data: JSON) -> Event {
        let names: JSON =
            lane.map { ["project": .text($0.project), "stage": .text($0.stage), "service": .text($0.service)] }
            ?? .emptyObject
        let task = type.dropLast(".triggered".count)
        return Event(
            type: "\(task).\(verb)",
            id: DerivedID.make(name.map { "\(verb) \($0)" } ?? verb, from: id),
            source: name.map { "\(Sequencer.executorSource)/\($0)" } ?? Sequencer.executorSource,
            time: time,
            context: context,
            triggeredID: id,
            traceParent: traceParent,
            lane: lane,
            data: names.merged(with: data)
        )
    }
}
