import Foundation

/// A provider's base URL, taken apart: what may be shown, and the credentials that may have stood in it.
public struct ProviderURL: Sendable, Equatable {
    /// Without credentials and without a slash at the end.
    public let text: String
    /// `user:password`, where the URL had them.
    public let credentials: String?

    /// Why a text is no base URL; never shows credentials.
    public struct Invalid: Error, Equatable {
        public let message: String
    }

    public init(_ text: String) throws(Invalid) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else {
            throw Invalid(
                message: "expected a URL such as http://127.0.0.1:9090 or https://metrics.example.com/prometheus"
            )
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw Invalid(message: "a provider's URL has no `?` and no `#`; put parameters under `parameters`")
        }
        credentials = parts.user.map { "\($0):\(parts.password ?? "")" }
        parts.user = nil
        parts.password = nil
        parts.scheme = scheme
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        guard let url = parts.string else { throw Invalid(message: "this URL can't be read") }
        self.text = url
    }
}
