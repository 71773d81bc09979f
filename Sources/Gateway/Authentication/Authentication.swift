import HTTPTypes

/// Tells from a request's headers who asks.
struct Authentication: Sendable {
    /// Nil where no tokens are wanted.
    let tokens: TokenFile?
    /// Whether none is wanted as long as there is none: on an address that only this machine reaches.
    let isOpenWhileEmpty: Bool

    /// - Throws: A ``Problem`` where a token is wanted and none that is known was sent.
    func principal(_ headers: HTTPFields) throws -> Principal {
        guard let tokens, try !isOpenWhileEmpty || !tokens.tokens().isEmpty else { return .anonymous }
        guard let secret = Self.secret(headers) else {
            throw Problem(.unauthorized, "a token is needed: send it as `Authorization: Bearer …`")
        }
        guard let token = try tokens.find(secret) else {
            throw Problem(.unauthorized, "this token is not known, or was revoked")
        }
        return Principal(name: token.name, role: token.role, projects: token.projects.map(Set.init))
    }

    /// From the header, or from Keptn's own, `x-token`.
    private static func secret(_ headers: HTTPFields) -> String? {
        if let header = headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return String(parts[1])
        }
        return HTTPField.Name("x-token").flatMap { headers[$0] }
    }
}
