import Events

/// What is done about which problem: Keptn's `remediation.yaml`.
public struct Remediation: Sendable, Equatable {
    public struct Action: Sendable, Equatable {
        public let name: String
        /// What kind of action; who carries it out is told from it.
        public let action: String
        public let description: String
        /// Handed on as it is.
        public let value: JSON

        public var json: JSON {
            var json: JSON = ["name": .text(name), "action": .text(action), "description": .text(description)]
            if value != .null { json["value"] = value }
            return json
        }
    }

    public struct Entry: Sendable, Equatable {
        /// A problem's title or root cause; `default` for any.
        public let problemType: String
        /// One after the other, until one helps.
        public let onOpen: [Action]
        /// What undoes them, beyond Keptn: when the problem resolves, or was made worse.
        public let onClose: [Action]
    }

    public let entries: [Entry]

    /// What is to be done about a problem: by its title, else its root cause, else what `default` says.
    public func entry(for problem: Problem) -> Entry? {
        let names = [problem.title, problem.rootCause, "default"].compactMap(\.self)
        return names.lazy.compactMap { name in entries.first { $0.problemType == name } }.first
    }
}

/// Something that is wrong, as an event tells it: Keptn's `problem`.
public struct Problem: Sendable, Equatable {
    public let id: String
    public let title: String
    public let rootCause: String?
    /// Whether it is no more.
    public let isClosed: Bool

    /// - Parameter data: An event's data. Nil where it names no problem.
    public init?(_ data: JSON) {
        guard let problem = data["problem"], problem.object != nil else { return nil }
        id = problem["ProblemID"]?.text ?? problem["PID"]?.text ?? ""
        isClosed = ["RESOLVED", "CLOSED"].contains(problem["State"]?.text?.uppercased())
        title = problem["ProblemTitle"]?.text ?? ""
        rootCause = problem["RootCause"]?.text ?? problem["rootCause"]?.text
    }
}
