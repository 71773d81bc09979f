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
}
