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
    /// Longest first, so that `$SERVICE_ID` of a filter is not read as `$SERVICE` and `_ID`.
    private let names: [String]
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
        names = values.keys.filter { !$0.isEmpty }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
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
            } else if let name = names.first(where: { rest.hasPrefix($0) }), let value = values[name] {
                result += value
                rest = rest.dropFirst(name.count)
            } else {
                try refuseUnknown(rest)
                result += "$"
            }
        }
        return result + rest
    }

    private func label(_ rest: inout Substring) throws(Unknown) -> String {
        rest = rest.dropFirst("LABEL.".count)
        let name = rest.prefix { $0.isLetter || $0.isNumber || "_-".contains($0) }
        guard let value = labels[name.lowercased()] else {
            let hint = String(name).suggestion(among: labels.keys)
            throw Unknown(message: "`$LABEL.\(name)` has no value\(hint); give it with `--label \(name)=…`")
        }
        rest = rest.dropFirst(name.count)
        return value
    }

    private func variable(_ rest: inout Substring) throws(Unknown) -> String {
        rest = rest.dropFirst("ENV.".count)
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let upper = name.uppercased()
        // A query is kept as evidence and shown, and the file that holds it may come from a pull request.
        guard !Self.secretWords.contains(where: upper.contains) else {
            throw Unknown(
                message: "`$ENV.\(name)` looks like a secret, and queries are kept and shown; rename the variable"
            )
        }
        guard let value = environment[String(name)] else {
            throw Unknown(message: "`$ENV.\(name)` has no value: the variable is not set")
        }
        rest = rest.dropFirst(name.count)
        return value
    }

    private static let secretWords = ["TOKEN", "SECRET", "PASSW", "CREDENTIAL", "KEY", "AUTH"]

    /// A dollar before capitals is meant as a placeholder; any other belongs to the query, such as the end of a regular
    /// expression.
    private func refuseUnknown(_ rest: Substring) throws(Unknown) {
        let name = rest.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
        guard let first = name.first, first.isUppercase, name.count > 1 else { return }
        let known = names.filter { $0 == $0.uppercased() }
        let hint = String(name).suggestion(among: known)
        throw Unknown(
            message: "unknown placeholder `$\(name)`\(hint); known: "
                + (known + ["LABEL.name", "ENV.name"]).sorted().map { "`$\($0)`" }.joined(separator: ", ")
        )
    }
}
