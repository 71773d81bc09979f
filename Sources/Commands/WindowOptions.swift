import ArgumentParser
import Documents
import Events
import Executors
import Foundation

/// The span of time to judge: two ends, or a length and an end.
struct WindowOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The start of the time to judge, as 2026-01-31T12:00:00Z.", valueName: "time"))
    var start: String?

    @Option(help: ArgumentHelp("Its end; by default now.", valueName: "time"))
    var end: String?

    @Option(help: ArgumentHelp("Its length, as 10m or 1h30m, instead of a start.", valueName: "duration"))
    var window: String?

    /// The span that the options name; where nothing is asked for in that time, they may be left out.
    func window(isNeeded: Bool) throws -> TimeWindow {
        let end = try time("--end", end) ?? .now
        switch (start, window) {
        case (.some, .some):
            throw Failure.usage("`--start` and `--window` exclude each other: give a start and an end, or a length")
        case (.some(let text), nil):
            guard let start = try time("--start", text), let window = TimeWindow(start: start, end: end) else {
                throw Failure.usage("the window ends (\(end)) before it starts (\(text.abbreviated))")
            }
            return window
        case (nil, .some(let text)):
            guard let length = Duration(goStyle: text), length > .zero else {
                throw Failure.usage(
                    "`--window \(text.abbreviated)`: expected a duration over 0 such as 90s, 10m or 1h30m"
                )
            }
            let start = Timestamp(milliseconds: end.milliseconds - length.milliseconds)
            guard let window = TimeWindow(start: start, end: end) else {
                preconditionFailure("a length is not negative")
            }
            return window
        case (nil, nil):
            guard !isNeeded, let window = TimeWindow(start: end, end: end) else {
                throw Failure.usage("say which time to judge: `--window 10m`, or `--start` and `--end`")
            }
            return window
        }
    }

    private func time(_ option: String, _ text: String?) throws -> Timestamp? {
        guard let text else { return nil }
        guard let time = Timestamp(text) else {
            throw Failure.usage("`\(option) \(text.abbreviated)`: expected a time such as 2026-01-31T12:00:00Z")
        }
        return time
    }
}
