import Foundation

/// What a provider is shown so that it answers; read when it is needed, and never kept, logged or printed.
public struct Credentials: Sendable {
    /// The value of the `Authorization` header.
    let authorization: String?

    public static let none = Credentials(authorization: nil)

    static func bearer(_ token: String) -> Credentials { Credentials(authorization: "Bearer \(token)") }

    /// Basic authentication (RFC 7617) with `user:password`.
    static func basic(_ pair: String) -> Credentials {
        Credentials(authorization: "Basic " + Data(pair.utf8).base64EncodedString())
    }
}
