import Events

/// Whether something was carried out: Keptn's `status`.
public enum Status: String, Sendable, Codable, CaseIterable {
    case succeeded, errored, aborted, unknown
}

/// How a task or a sequence ended.
public struct Outcome: Sendable, Equatable {
    public var status: Status
    public var result: Verdict
    public var message: String

    public init(status: Status, result: Verdict, message: String = "") {
        self.status = status
        self.result = result
        self.message = message
    }

    /// What a finished event says. A status or a result that nobody knows counts as a failure, as in Keptn.
    init(_ data: JSON) {
        let status = data["status"]?.text.map { Status(rawValue: $0) ?? .unknown }
        let result = data["result"]?.text.map { Verdict(rawValue: $0) ?? .fail }
        self.status = status ?? .succeeded
        self.result = result ?? (self.status == .succeeded ? .pass : .fail)
        message = data["message"]?.text ?? ""
    }

    public var isFailure: Bool { result == .fail || status != .succeeded }

    /// Two that count together: any failure is a failure, else any warning is a warning.
    func combined(with other: Outcome) -> Outcome {
        let worst = other.isFailure && !isFailure ? other : self
        return Outcome(
            status: status == .succeeded ? other.status : status,
            result: [result, other.result].contains(.fail)
                ? .fail : [result, other.result].contains(.warning) ? .warning : .pass,
            message: worst.message.isEmpty ? other.message : worst.message
        )
    }
}
