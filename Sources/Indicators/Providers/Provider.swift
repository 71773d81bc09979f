import Documents
import Foundation
import Workflows

/// A provider that can be asked: its settings, and its credentials out of files and the environment.
///
/// For the provider `prometheus` these variables are read, and win over the file: `TIDEGATE_PROVIDER_PROMETHEUS_` and
/// `BEARER_TOKEN`, `BEARER_TOKEN_FILE`, `BASIC_AUTH` (`user:password`), `BASIC_AUTH_FILE`, `CA_FILE`, `CERT_FILE`,
/// `KEY_FILE`, `HEADERS` (`Name: value`, one a line), `PARAMETERS` (`name=value`, joined by `&`).
public struct Provider: Sendable {
    /// A setting that can't be used; says which and why, and never shows a secret.
    public struct Invalid: Error, Equatable {
        public let message: String
    }

    public let settings: ProviderSettings
    let credentials: Credentials

    /// Reads the secrets of a provider that a document describes.
    public init(_ settings: ProviderSettings, environment: [String: String]) throws(Invalid) {
        try self.init(settings, urlCredentials: nil, environment: environment)
    }

    /// Reads `[NAME=]prometheus=URL`, as the command line has it.
    public init(argument: String, environment: [String: String]) throws(Invalid) {
        let type = "prometheus="
        guard let range = argument.range(of: type),
            range.lowerBound == argument.startIndex || argument[..<range.lowerBound].hasSuffix("=")
        else {
            // What stands there may be a URL with a password.
            let type = argument.prefix { $0 != "=" }
            let given = type.contains("://") ? "…" : type + "=…"
            throw Invalid(
                message: "`--provider \(given)`: expected `prometheus=URL`,"
                    + " `NAME=prometheus=URL` or a project file; `prometheus` is the only type"
            )
        }
        let name = argument[..<range.lowerBound].dropLast()
        let url: ProviderURL
        do throws(ProviderURL.Invalid) {
            url = try ProviderURL(String(argument[range.upperBound...]))
        } catch {
            throw Invalid(message: "`--provider \(argument[..<range.upperBound])…`: \(error.message)")
        }
        let settings = ProviderSettings(
            name: name.isEmpty ? "prometheus" : String(name),
            url: url.text,
            headers: [],
            parameters: [],
            timeout: ProviderSettings.defaultTimeout,
            maxConcurrency: ProviderSettings.defaultConcurrency
        )
        try self.init(settings, urlCredentials: url.credentials, environment: environment)
    }

    private init(
        _ settings: ProviderSettings,
        urlCredentials: String?,
        environment: [String: String]
    ) throws(Invalid) {
        var settings = settings
        let prefix = "TIDEGATE_PROVIDER_" + settings.name.environmentName + "_"
        func variable(_ name: String) -> String? {
            let value = environment[prefix + name]?.trimmingCharacters(in: .whitespacesAndNewlines)
            return value?.isEmpty == false ? value : nil
        }
        let tls = ProviderSettings.TLS(
            ca: variable("CA_FILE") ?? settings.tls?.ca,
            certificate: variable("CERT_FILE") ?? settings.tls?.certificate,
            key: variable("KEY_FILE") ?? settings.tls?.key
        )
        guard (tls.certificate == nil) == (tls.key == nil) else {
            throw Invalid(message: "provider `\(settings.name)`: a client certificate and its private key go together")
        }
        if tls.ca != nil || tls.certificate != nil { settings.tls = tls }
        settings.headers.replace(
            with: try Self.pairs(variable("HEADERS"), of: prefix + "HEADERS", each: "\n", split: ":")
        )
        settings.parameters.replace(
            with: try Self.pairs(variable("PARAMETERS"), of: prefix + "PARAMETERS", each: "&", split: "=")
        )
        // The environment wins over the file, and a token over a password.
        credentials =
            if let token = variable("BEARER_TOKEN") {
                .bearer(try Self.oneLine(token, from: prefix + "BEARER_TOKEN"))
            } else if let file = variable("BEARER_TOKEN_FILE") {
                .bearer(try Self.secret(in: file, provider: settings.name))
            } else if let pair = variable("BASIC_AUTH") {
                .basic(try Self.pair(pair, from: prefix + "BASIC_AUTH"))
            } else if let file = variable("BASIC_AUTH_FILE") ?? settings.basicAuthFile {
                .basic(try Self.pair(Self.secret(in: file, provider: settings.name), from: file))
            } else if let file = settings.bearerTokenFile {
                .bearer(try Self.secret(in: file, provider: settings.name))
            } else {
                urlCredentials.map(Credentials.basic) ?? .none
            }
        for header in settings.headers where !header.value.isOneLine || !header.name.isOneLine {
            throw Invalid(message: "provider `\(settings.name)`: a header holds a line break or a control character")
        }
        self.settings = settings
    }

    private static func pair(_ secret: String, from source: String) throws(Invalid) -> String {
        guard secret.contains(":") else { throw Invalid(message: "\(source) must be `user:password`") }
        return try oneLine(secret, from: source)
    }

    /// A secret that a header can hold; what it is, is not said.
    private static func oneLine(_ secret: String, from source: String) throws(Invalid) -> String {
        guard secret.isOneLine else { throw Invalid(message: "\(source) must be one line, without control characters") }
        return secret
    }

    private static func pairs(
        _ text: String?,
        of name: String,
        each separator: Character,
        split: Character
    ) throws(Invalid) -> [ProviderSettings.Header] {
        var pairs: [ProviderSettings.Header] = []
        for item in (text ?? "").split(separator: separator) {
            guard let middle = item.firstIndex(of: split), middle != item.startIndex else {
                throw Invalid(
                    message:
                        "\(name): expected `name\(split)value`, one \(separator == "&" ? "after each `&`" : "a line")"
                )
            }
            let value = item[item.index(after: middle)...].drop { $0 == " " }
            pairs.append(.init(name: String(item[..<middle]), value: String(value)))
        }
        return pairs
    }

    private static func secret(in file: String, provider: String) throws(Invalid) -> String {
        guard let data = FileManager.default.contents(atPath: file), data.count <= 64 << 10,
            let text = String(data: data, encoding: .utf8)
        else { throw Invalid(message: "provider `\(provider)`: the file `\(file)` with its credentials can't be read") }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty, secret.isOneLine else {
            throw Invalid(message: "provider `\(provider)`: the file `\(file)` must hold one line with the credentials")
        }
        return secret
    }
}

extension String {
    /// In capitals, with an underscore for what a variable's name can't have.
    fileprivate var environmentName: String {
        String(uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// Without line breaks and control characters.
    fileprivate var isOneLine: Bool { unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
}

extension [ProviderSettings.Header] {
    /// Puts others in the place of those with the same name, in any case.
    fileprivate mutating func replace(with others: [ProviderSettings.Header]) {
        removeAll { header in others.contains { $0.name.lowercased() == header.name.lowercased() } }
        self += others
    }
}
