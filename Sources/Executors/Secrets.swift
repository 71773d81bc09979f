import Events
import Foundation

/// Where secrets are: files of the operator, or the server's environment. They are read each time, and never kept.
public struct Secrets: Sendable {
    private let folder: String?
    private let environment: [String: String]

    public init(folder: String?, environment: [String: String]) {
        self.folder = folder
        self.environment = environment
    }

    /// `NAME/KEY` in the folder, else the variable `TIDEGATE_SECRET_NAME_KEY`.
    public func value(_ name: String, key: String) -> String? {
        if let folder, Self.isPlain(name), Self.isPlain(key),
            let text = try? String(contentsOfFile: "\(folder)/\(name)/\(key)", encoding: .utf8)
        {
            return text.trimmingCharacters(in: .newlines)
        }
        return environment[Self.variable(name, key)]
    }

    /// The name of the variable.
    public static func variable(_ name: String, _ key: String) -> String {
        "TIDEGATE_SECRET_"
            + "\(name)_\(key)".uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }
            .joined()
    }

    private static func isPlain(_ name: String) -> Bool { !name.isEmpty && !name.contains("/") && !name.hasPrefix(".") }
}

extension String {
    /// Without what is secret, as it is or as it may be written in an answer: in JSON, in a URL, in base64.
    func hiding(_ secrets: some Sequence<String>) -> String {
        let forms = secrets.filter { $0.count >= 4 }.flatMap { secret in
            let quoted = String(decoding: JSON.text(secret).bytes, as: UTF8.self)
            let base64 = Data(secret.utf8).base64EncodedString()
            return [secret, String(quoted.dropFirst().dropLast()), secret.percentEncoded, base64]
        }
        // A short one may stand within a longer one.
        return forms.sorted { $0.utf8.count > $1.utf8.count }.reduce(self) { $0.replacing($1, with: "***") }
    }
}
