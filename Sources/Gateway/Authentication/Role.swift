/// What a token may be used for.
public enum Role: String, Codable, Sendable, CaseIterable {
    /// To send events.
    case ingest
    /// To look at what is there.
    case read
    /// To look, to send events, to trigger, to approve, and to steer sequences.
    case operate
    /// Everything, documents too.
    case admin

    func includes(_ other: Role) -> Bool {
        switch self {
        case .ingest, .read: self == other
        case .operate: other != .admin
        case .admin: true
        }
    }
}
