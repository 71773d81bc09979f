/// Who asks, and what they may.
struct Principal: Sendable {
    /// As it stands in the events that they cause.
    let name: String
    let role: Role
    /// Nil for all.
    let projects: Set<String>?

    /// Of a server that wants no tokens.
    static let anonymous = Principal(name: "anonymous", role: .admin, projects: nil)

    func check(_ needed: Role) throws(Problem) {
        guard role.includes(needed) else {
            throw Problem(
                .forbidden,
                "the token `\(name)` has the role `\(role.rawValue)`; this needs `\(needed.rawValue)`"
            )
        }
    }

    func check(project: String) throws(Problem) {
        guard projects?.contains(project) ?? true else {
            throw Problem(.forbidden, "the token `\(name)` is not for the project `\(project)`")
        }
    }
}
