import Documents
import Events
import Objectives

/// Replaces the placeholders in a query: Keptn's and those of its prometheus-service.
///
/// `$PROJECT`, `$STAGE`, `$SERVICE` (and in lower case), `$DEPLOYMENT`, `$DURATION_SECONDS` (as `600s`), `$LABEL.name`
/// and each key of the SLO's filter, as written and in upper case. `$ENV.NAME` is a variable of the environment.
public struct Placeholders: Sendable {
    /// A placeholder without a value.
    public struct Unknown: Error, Equatable {
        public let message: String

        public init(message: String) {
            self.message = message
        }
    }

    private let values: [String: String]
    /// The lengths of the names, longest first, so that `$SERVICE_ID` of a filter is not read as `$SERVICE` and `_ID`.
    private let lengths: [Int]
    private let labels: [String: String]
    private let environment: [String: String]

    public init(
        lane: Lane,
        window: TimeWindow,
        labels: [String: String],
        filter: [SLO.Placeholder],
        environment: [String: String]
    ) {
        var values: [String: String] = [:]
        for placeholder in filter {
            // Keptn's prometheus-service takes quotes off, so that a value can't end the label matcher around it.
            let value = placeholder.value.filter { $0 != "'" && $0 != "\"" }
            values[placeholder.name] = value
            values[placeholder.name.uppercased()] = value
        }
        for (name, value) in [("project", lane.project), ("stage", lane.stage), ("service", lane.service)] {
            values[name] = value
            values[name.uppercased()] = value
        }
        self.labels = Dictionary(labels.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        values["DEPLOYMENT"] = self.labels["deployment"] ?? ""
        values["DURATION_SECONDS"] = "\(window.seconds)s"
        self.values = values
        self.environment = environment
        lengths = Set(values.keys.map(\.count)).subtracting([0]).sorted(by: >)
    }

    /// The query with every placeholder replaced; what is put in is not read again.
    public func apply(to query: String) throws(Unknown) -> String {
        var result = ""
        var rest = Substring(query)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            if rest.hasPrefix("LABEL.") {
                result += try label(&rest)
            } else if rest.hasPrefix("ENV.") {
                result += try variable(&rest)
            } else if let name = name(at: rest), let value = values[name] {
                result += try Self.harmless(value, "$\(name)")
                rest = rest.dropFirst(name.count)
            } else {
                try refuseUnknown(rest)
                result += "$"
            }
            guard result.utf8.count <= Self.limit else {
                throw Unknown(
                    message: "with its placeholders replaced, the query is longer than \(Self.limit >> 10) KiB"
                )
            }
        }
        return result + rest
    }

    private static let limit = 256 << 10

    /// The longest name that a text begins with.
    private func name(at text: Substring) -> String? {
        lengths.lazy.map { String(text.prefix($0)) }.first { values[$0] != nil }
    }

    private func label(_ rest: inout Substring) throws(Unknown) -> String {
        rest = rest.dropFirst("LABEL.".count)
        let name = rest.prefix { $0.isLetter || $0.isNumber || "_-".contains($0) }
        guard let value = labels[name.lowercased()] else {
            let hint = String(name).suggestion(among: labels.keys)
            throw Unknown(message: "`$LABEL.\(name)` has no value\(hint); give it with `--label \(name)=…`")
        }
        rest = rest.dropFirst(name.count)
        return try Self.harmless(value, "$LABEL.\(name)")
    }

    private func variable(_ rest: inout Substring) throws(Unknown) -> String {
        rest = rest.dropFirst("ENV.".count)
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        // A query is kept as evidence and shown, and the file that holds it may come from a pull request.
        guard !Self.looksSecret(name) else { throw Self.secret(name) }
        guard let value = environment[String(name)] else {
            throw Unknown(message: "`$ENV.\(name)` has no value: the variable is not set")
        }
        guard !Self.holdsCredentials(value) else { throw Self.secret(name) }
        rest = rest.dropFirst(name.count)
        return try Self.harmless(value, "$ENV.\(name)")
    }

    private static func secret(_ name: Substring) -> Unknown {
        Unknown(message: "`$ENV.\(name)` looks like a secret, and queries are kept and shown; rename the variable")
    }

    private static let secretWords = [
        "TOKEN", "SECRET", "PASS", "CRED", "KEY", "AUTH", "SESSION", "COOKIE", "WEBHOOK", "PRIVATE", "TIDEGATE_",
    ]
    private static let secretParts: Set<Substring> = ["PWD", "PAT", "JWT", "DSN", "SID"]

    private static func looksSecret(_ name: Substring) -> Bool {
        let upper = name.uppercased()
        return secretWords.contains(where: upper.contains)
            || upper.split(separator: "_").contains { part in secretParts.contains { part.hasSuffix($0) } }
    }

    /// Whether it is a URL with a password.
    private static func holdsCredentials(_ value: String) -> Bool {
        guard let scheme = value.firstRange(of: "://") else { return false }
        return value[scheme.upperBound...].prefix { $0 != "/" }.contains("@")
    }

    /// A value that can't end the quotes around it: branch names become labels, and must not become queries.
    private static func harmless(_ value: String, _ name: String) throws(Unknown) -> String {
        let isHarmful = { (scalar: Unicode.Scalar) in
            ["\"", "'", "`", "\\"].contains(scalar) || scalar.properties.generalCategory == .control
        }
        guard !value.unicodeScalars.contains(where: isHarmful) else {
            throw Unknown(
                message:
                    "the value of `\(name)` holds a quote, a backslash or a control character, which no query takes"
            )
        }
        return value
    }

    /// A dollar before capitals is meant as a placeholder; any other belongs to the query, such as the end of a regular
    /// expression.
    private func refuseUnknown(_ rest: Substring) throws(Unknown) {
        let name = rest.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
        guard let first = name.first, first.isUppercase, name.count > 1 else { return }
        let known = values.keys.filter { $0 == $0.uppercased() }
        let hint = String(name).suggestion(among: known)
        throw Unknown(
            message: "unknown placeholder `$\(name)`\(hint); known: "
                + (known + ["LABEL.name", "ENV.name"]).sorted().map { "`$\($0)`" }.joined(separator: ", ")
        )
    }
}
