import Events

/// The span of time that an evaluation task looks at, as Keptn's lighthouse-service tells it from the event.
enum EvaluationWindow {
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// `evaluation.start` and `.end`; or `.timeframe` with one of them, or alone, ending now; without any of those,
    /// `test.start` and `.end`.
    static func read(_ data: JSON, now: Timestamp) throws -> TimeWindow {
        let evaluation = data["evaluation"]
        let start = try time("evaluation.start", evaluation?["start"])
        let end = try time("evaluation.end", evaluation?["end"])
        let timeframe = try duration(evaluation?["timeframe"])
        switch (start, end, timeframe) {
        case (.some, .some, .some):
            throw Unreadable(description: "`evaluation` has `start`, `end` and `timeframe`: two of them say it all")
        case (let start?, let end?, nil): return try window(start, end)
        case (let start?, nil, let timeframe?): return try window(start, start + timeframe)
        case (let start?, nil, nil): return try window(start, now)
        case (nil, let end?, let timeframe?): return try window(end - timeframe, end)
        case (nil, nil, let timeframe?): return try window(now - timeframe, now)
        case (nil, .some, nil):
            throw Unreadable(description: "`evaluation.end` needs `evaluation.start` or `timeframe`")
        case (nil, nil, nil):
            guard let start = try time("test.start", data["test"]?["start"]),
                let end = try time("test.end", data["test"]?["end"])
            else {
                throw Unreadable(
                    description:
                        "the event does not say which time is meant: give `evaluation.timeframe` (in the shipyard:"
                        + " `properties: {timeframe: 5m}`), `evaluation.start` and `.end`, or let a test task finish before it"
                )
            }
            return try window(start, end)
        }
    }

    private static func window(_ start: Timestamp, _ end: Timestamp) throws -> TimeWindow {
        guard let window = TimeWindow(start: start, end: end) else {
            throw Unreadable(description: "the end of the time that is meant (\(end)) is before its start (\(start))")
        }
        return window
    }

    private static func time(_ name: String, _ value: JSON?) throws -> Timestamp? {
        guard let value, value != .null, value != "" else { return nil }
        guard let time = value.text.flatMap({ Timestamp($0) }) else {
            throw Unreadable(description: "`\(name)` is no time such as 2024-05-17T10:00:00Z")
        }
        return time
    }

    private static func duration(_ value: JSON?) throws -> Duration? {
        guard let value, value != .null, value != "" else { return nil }
        guard let duration = value.text.flatMap({ Duration(goStyle: $0) }) else {
            throw Unreadable(description: "`evaluation.timeframe` is no duration such as 5m or 1h30m")
        }
        return duration
    }
}
