import Foundation

/// Whether a redirect is followed: only on the same host and port, or from http to https on the same host, so that
/// credentials and queries never reach somebody else.
enum Redirect: Equatable {
    case follow(String)
    case refuse(PrometheusFault)

    init(from url: String, to location: String) {
        guard let current = URL(string: url), let target = URL(string: location, relativeTo: current)?.absoluteURL,
            let host = target.host(), let scheme = target.scheme
        else {
            self = .refuse(.answer("redirects to something that is no URL"))
            return
        }
        let isSameHost = host == current.host()
        let isSamePort = target.port == current.port && scheme == current.scheme
        let isUpgrade = current.scheme == "http" && scheme == "https"
        guard isSameHost, isSamePort || isUpgrade, target.user == nil else {
            let port = target.port.map { ":\($0)" } ?? ""
            self = .refuse(
                .answer("redirects to another host (\(scheme)://\(host)\(port)), which is not followed; give its URL")
            )
            return
        }
        self = .follow(target.absoluteString)
    }
}
