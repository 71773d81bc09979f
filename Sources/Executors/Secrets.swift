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
    /// Without what is secret.
    func hiding(_ secrets: some Sequence<String>) -> String {
        secrets.filter { $0.count >= 4 }.reduce(self) { $0.replacing($1, with: "***") }
    }
}
