import Documents
import Foundation

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
            let given = argument.prefix { $0 != "=" }
            throw Invalid(
                message: "`--provider \(given.count < argument.count ? given + "=…" : "…")`: expected `prometheus=URL`,"
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
        func variable(_ name: String) -> String? { environment[prefix + name].flatMap { $0.isEmpty ? nil : $0 } }
        settings.bearerTokenFile = variable("BEARER_TOKEN_FILE") ?? settings.bearerTokenFile
        settings.basicAuthFile = variable("BASIC_AUTH_FILE") ?? settings.basicAuthFile
        let tls = ProviderSettings.TLS(
            ca: variable("CA_FILE") ?? settings.tls?.ca,
            certificate: variable("CERT_FILE") ?? settings.tls?.certificate,
            key: variable("KEY_FILE") ?? settings.tls?.key
        )
        if tls.ca != nil || tls.certificate != nil || tls.key != nil { settings.tls = tls }
        settings.headers += try Self.pairs(variable("HEADERS"), of: prefix + "HEADERS", each: "\n", split: ":")
        settings.parameters += try Self.pairs(variable("PARAMETERS"), of: prefix + "PARAMETERS", each: "&", split: "=")
        if let token = variable("BEARER_TOKEN") {
            credentials = .bearer(token)
        } else if let pair = variable("BASIC_AUTH") {
            credentials = .basic(pair)
        } else if let file = settings.bearerTokenFile {
            credentials = .bearer(try Self.secret(in: file, provider: settings.name))
        } else if let file = settings.basicAuthFile {
            credentials = .basic(try Self.secret(in: file, provider: settings.name))
        } else {
            credentials = urlCredentials.map(Credentials.basic) ?? .none
        }
        self.settings = settings
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
        guard !secret.isEmpty, !secret.contains(where: \.isNewline) else {
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
}
