import Crypto
import Documents
import Events
import Foundation
import Objectives

/// What is to be evaluated: a service in a span of time, against an SLO.
public struct EvaluationRequest: Sendable {
    public let id: String
    public let lane: Lane
    public let labels: [String: String]
    public let window: TimeWindow
    public let slo: SLO
    public let document: Evidence.Document

    /// `slo` is what `text` says, which was read from `path`.
    public init(
        id: String,
        lane: Lane,
        labels: [String: String],
        window: TimeWindow,
        slo: SLO,
        text: String,
        path: String
    ) {
        self.id = id
        self.lane = lane
        self.labels = labels
        self.window = window
        self.slo = slo
        let digest = SHA256.hash(data: Data(text.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        document = Evidence.Document(path: path, sha256: digest.joined(), text: text)
    }
}
