import ArgumentParser
import Foundation

/// Which server is meant, and how one is known to it.
struct ServerOptions: ParsableArguments {
    static let defaultServer = "http://127.0.0.1:8085"

    @Option(help: ArgumentHelp("The server (default: TIDEGATE_SERVER, or \(Self.defaultServer)).", valueName: "url"))
    var server: String?

    @Option(
        help: ArgumentHelp("A file with a token (default: TIDEGATE_TOKEN_FILE).", valueName: "file"),
        completion: .file()
    )
    var tokenFile: String?

    /// - Throws: ``Failure`` where the URL or the file can't be used.
    func client() throws(Failure) -> ServerClient {
        let environment = Terminal.environment
        let text = server ?? environment["TIDEGATE_SERVER"] ?? Self.defaultServer
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false
        else {
            throw .usage("`--server \(text)`: expected a URL such as \(Self.defaultServer)")
        }
        var token: String?
        if let path = tokenFile ?? environment["TIDEGATE_TOKEN_FILE"] {
            guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw .usage("the token's file \(path) can't be read")
            }
            token = content.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return ServerClient(url: text.hasSuffix("/") ? String(text.dropLast()) : text, token: token)
    }
}
