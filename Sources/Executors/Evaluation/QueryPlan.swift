import Documents
import Events
import Indicators
import Objectives

/// Which query is sent to which provider for each indicator that an SLO asks for.
public struct QueryPlan: Sendable, Equatable {
    public let queries: [IndicatorQuery]

    /// An SLO whose indicators can't all be asked for; every reason, in the order of the text.
    public struct Unplannable: Error {
        public let diagnostics: [Diagnostic]
    }

    /// - Parameters:
    ///   - slo: What asks for indicators; its own queries win.
    ///   - file: The SLO's name, for the diagnostics.
    ///   - indicators: Those of the SLI files.
    ///   - placeholders: What is replaced in queries.
    ///   - providers: The names of those that can be asked; the first is the default.
    /// - Throws: ``Unplannable`` with everything that is missing.
    public init(
        _ slo: SLO,
        file: String,
        indicators: [Indicator],
        placeholders: Placeholders,
        providers: [String]
    ) throws(Unplannable) {
        var byName: [String: Indicator] = [:]
        for indicator in indicators + slo.indicators { byName[indicator.name] = indicator }
        var diagnostics: [Diagnostic] = []
        var queries: [IndicatorQuery] = []
        var planned = Set<String>()
        for objective in slo.objectives where planned.insert(objective.sli).inserted {
            guard diagnostics.count < Limits.errors else { break }
            guard let indicator = byName[objective.sli] else {
                let hint = objective.sli.suggestion(among: byName.keys)
                let message =
                    "no query for indicator `\(objective.sli.abbreviated)`\(hint);"
                    + " put it under `indicators` here or into a file given with `--sli`"
                diagnostics.append(
                    Diagnostic(file: file, position: objective.position, severity: .error, message: message)
                )
                continue
            }
            switch Self.query(indicator, placeholders: placeholders, providers: providers) {
            case .success(let query): queries.append(query)
            case .failure(let problem):
                let name = indicator.name.abbreviated
                diagnostics.append(
                    Diagnostic(
                        file: indicator.file,
                        position: indicator.position,
                        severity: .error,
                        message: "indicator `\(name)`: \(problem.message)"
                    )
                )
            }
        }
        guard diagnostics.isEmpty else { throw Unplannable(diagnostics: diagnostics) }
        self.queries = queries
    }

    private static func query(
        _ indicator: Indicator,
        placeholders: Placeholders,
        providers: [String]
    ) -> Result<IndicatorQuery, Placeholders.Unknown> {
        guard case .query(let text, let name) = indicator.source else {
            return .failure(.init(message: "this is not a query that Prometheus understands"))
        }
        guard let provider = name ?? providers.first, providers.contains(provider) else {
            let hint = (name ?? "").suggestion(among: providers)
            return .failure(.init(message: "there is no provider `\((name ?? "").abbreviated)`\(hint)"))
        }
        do throws(Placeholders.Unknown) {
            return .success(
                IndicatorQuery(metric: indicator.name, provider: provider, text: try placeholders.apply(to: text))
            )
        } catch {
            return .failure(error)
        }
    }
}
