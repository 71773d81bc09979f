/// Where decisions are serial: one service in one stage of one project.
public struct Lane: Codable, Hashable, Sendable {
    public let project: String
    public let stage: String
    public let service: String

    public init(project: String, stage: String, service: String) {
        self.project = project
        self.stage = stage
        self.service = service
    }

    /// By bytes, as SQLite compares: to Swift, two ways of writing an accent are one text.
    public static func == (left: Lane, right: Lane) -> Bool {
        left.service.utf8.elementsEqual(right.service.utf8) && left.stage.utf8.elementsEqual(right.stage.utf8)
            && left.project.utf8.elementsEqual(right.project.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        for name in [project, stage, service] {
            for byte in name.utf8 { hasher.combine(byte) }
            hasher.combine(UInt8(0xFF))
        }
    }
}
