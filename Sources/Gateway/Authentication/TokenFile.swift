import Crypto
import Foundation
import Synchronization

/// A token as it is kept: its digest, never itself.
public struct Token: Codable, Sendable, Equatable {
    public let name: String
    public let role: Role
    /// Nil for all projects.
    public let projects: [String]?
    public let created: String
    /// SHA-256 in hexadecimal. A token has 256 random bits: nothing slower is needed to keep it from being guessed.
    let digest: String
}

/// The tokens of a data directory, in `tokens.json`: beside the journal, so that they can be changed while a server runs.
public final class TokenFile: Sendable {
    private struct State {
        var tokens: [Token] = []
        var modified: Date?
        var checked: ContinuousClock.Instant?
    }

    private let path: String
    private let state = Mutex(State())

    /// How long a change may go unnoticed.
    private static let freshness = Duration.seconds(1)

    public init(directory: String) {
        path = directory + "/tokens.json"
    }

    /// Why the file can't be used.
    public struct Unusable: Error, CustomStringConvertible {
        public let description: String
    }

    /// - Throws: ``Unusable`` where the file is there and can't be read.
    public func tokens() throws -> [Token] {
        try state.withLock { state in
            if let checked = state.checked, ContinuousClock.now - checked < Self.freshness { return state.tokens }
            guard FileManager.default.fileExists(atPath: path) else {
                state = State(tokens: [], modified: nil, checked: .now)
                return []
            }
            let modified = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            if modified != state.modified || state.modified == nil {
                guard let data = FileManager.default.contents(atPath: path),
                    let tokens = try? JSONDecoder().decode([Token].self, from: data)
                else {
                    throw Unusable(description: "\(path) can't be read as a list of tokens; restore it from a backup")
                }
                state.tokens = tokens
                state.modified = modified
            }
            state.checked = .now
            return state.tokens
        }
    }

    /// Makes a token.
    ///
    /// - Returns: The token itself, which is kept nowhere.
    /// - Throws: ``Unusable`` where there is one of that name, or the file can't be written.
    public func create(_ name: String, role: Role, projects: [String]?, at time: String) throws -> String {
        var tokens = try tokens()
        guard !tokens.contains(where: { $0.name == name }) else {
            throw Unusable(description: "there is a token `\(name)` already; revoke it first")
        }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let secret =
            "tg_"
            + Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
                "=",
                with: ""
            )
        tokens.append(Token(name: name, role: role, projects: projects, created: time, digest: Self.digest(secret)))
        try save(tokens)
        return secret
    }

    /// - Throws: ``Unusable`` where there is none of that name, or the file can't be written.
    public func revoke(_ name: String) throws {
        let tokens = try tokens()
        guard tokens.contains(where: { $0.name == name }) else {
            throw Unusable(description: "there is no token `\(name)`")
        }
        try save(tokens.filter { $0.name != name })
    }

    /// The token that this is; every one is compared with, each in constant time.
    func find(_ secret: String) throws -> Token? {
        let digest = Array(Self.digest(secret).utf8)
        var found: Token?
        for token in try tokens() {
            let other = Array(token.digest.utf8)
            guard digest.count == other.count else { continue }
            let difference = zip(digest, other).reduce(0) { $0 | ($1.0 ^ $1.1) }
            if difference == 0 { found = token }
        }
        return found
    }

    private static func digest(_ secret: String) -> String {
        SHA256.hash(data: Data(secret.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func save(_ tokens: [Token]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let new = path + ".new"
        guard
            FileManager.default.createFile(
                atPath: new,
                contents: try encoder.encode(tokens),
                attributes: [.posixPermissions: 0o600]
            ),
            rename(new, path) == 0
        else { throw Unusable(description: "\(path) can't be written") }
        state.withLock { $0 = State(tokens: tokens, modified: nil, checked: nil) }
    }
}
