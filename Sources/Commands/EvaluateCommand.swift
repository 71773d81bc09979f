import ArgumentParser
import Documents
import Events
import Executors
import Foundation
import Indicators
import Journal
import Objectives
import Workflows

/// `tidegate evaluate`: judges a release and says why.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Judge a release by its objectives.",
        discussion: """
            Asks the providers for the indicators that the SLO file names, over a span of time, judges them against its \
            criteria and earlier results, keeps the verdict with its evidence, and exits with 0 for go and 1 for no go.

            Credentials come from a project file given with --provider, or from the environment: \
            TIDEGATE_PROVIDER_NAME_BEARER_TOKEN, _BEARER_TOKEN_FILE, _BASIC_AUTH, _BASIC_AUTH_FILE, _CA_FILE, _CERT_FILE, \
            _KEY_FILE, _HEADERS, _PARAMETERS.

            EXAMPLES
              tidegate evaluate --slo slo.yaml --sli sli.yaml \\
                --provider prometheus=http://127.0.0.1:9090 --window 10m \\
                --project shop --stage production --service carts
              tidegate evaluate --slo slo.yaml --values values.json --no-history
              tidegate evaluate --slo slo.yaml --provider project.yaml --window 30m \\
                --output markdown --fail-on warning
            """
    )

    @Option(help: ArgumentHelp("The SLO file; `-` for standard input.", valueName: "file"), completion: .file())
    var slo: String

    @Option(
        help: ArgumentHelp("An SLI file; later ones win, so name the most specific last.", valueName: "file"),
        completion: .file()
    )
    var sli: [String] = []

    @Option(
        help: ArgumentHelp("`[NAME=]prometheus=URL`, or a project file with `providers`.", valueName: "provider"),
        completion: .file()
    )
    var provider: [String] = []

    @OptionGroup var window: WindowOptions

    @Option(help: "The project that the release belongs to.")
    var project = "default"

    @Option(help: "The stage that it is in.")
    var stage = "default"

    @Option(help: "The service that was released.")
    var service = "default"

    @OptionGroup var labels: LabelOptions

    @Option(
        help: ArgumentHelp("A JSON file with the values; no provider is asked.", valueName: "file"),
        completion: .file()
    )
    var values: String?

    @Option(
        help: ArgumentHelp("A JSON file with earlier results, newest first; nothing is stored.", valueName: "file"),
        completion: .file()
    )
    var history: String?

    @OptionGroup var data: DataOptions

    @Flag(help: "Compare with nothing and store nothing.")
    var noHistory = false

    @Option(help: ArgumentHelp("How long to try to get all values (default: 40s).", valueName: "duration"))
    var deadline: String?

    @Option(help: ArgumentHelp("Let this server evaluate it, with its providers and its history.", valueName: "url"))
    var server: String?

    @Option(help: ArgumentHelp("A file with a token for the server.", valueName: "file"), completion: .file())
    var tokenFile: String?

    @OptionGroup var report: ReportOptions

    @Option(help: "Exit with 1 for a warning too.")
    var failOn: FailOn?

    /// Those of the providers that are project files.
    var projectFiles: [String] { provider.filter { !Self.isArgument($0) } }

    /// Whether it is `[NAME=]TYPE=URL`, or was meant to be.
    private static func isArgument(_ provider: String) -> Bool { provider.contains("=") || provider.contains("://") }

    func run() async throws {
        if let server {
            try checkServerOptions()
            let evaluation = try await RemoteEvaluation(command: self, server: server).result()
            try report.print(evaluation, failsOnWarning: failOn == .warning)
            return try evaluation.exit(failOnWarning: failOn == .warning)
        }
        try checkOptions()
        let input = try EvaluateInput(self)
        let request = try request(input)
        let journal = history == nil && !noHistory ? try data.journal() : nil
        let earlier: Evaluator.History = if let journal { .journal(journal) } else { .given(input.history ?? []) }
        let evaluation: Evaluation
        if let values = input.values {
            evaluation = try await evaluate(request, values: .given(values), history: earlier)
        } else {
            let (plan, fetch) = try plan(request, input)
            let asked = Evaluator.Values.asked(plan, of: fetch, deadline: try totalDeadline())
            do {
                evaluation = try await evaluate(request, values: asked, history: earlier)
            } catch {
                await fetch.shutdown()
                throw error
            }
            await fetch.shutdown()
        }
        try keep(evaluation, in: journal)
        try report.print(evaluation, failsOnWarning: failOn == .warning)
        try evaluation.exit(failOnWarning: failOn == .warning)
    }

    private func evaluate(
        _ request: EvaluationRequest,
        values: Evaluator.Values,
        history: Evaluator.History
    ) async throws -> Evaluation {
        defer { Terminal.progress("") }
        do throws(JournalFailure) {
            return try await Evaluator(values: values, history: history)(request) { done, total in
                Terminal.progress("\(done) of \(total) indicators")
            }
        } catch {
            throw Failure.unavailable(error.description)
        }
    }

    /// Before anybody is told of a verdict, it is kept.
    private func keep(_ evaluation: Evaluation, in journal: Journal?) throws {
        guard let journal else { return }
        do {
            let event = try evaluation.event(context: UUID().uuidString.lowercased(), at: .now)
            try journal.record(event) { .now }
        } catch {
            throw Failure.unavailable(
                "the verdict can't be kept, so it does not count (\(evaluation.reason)): \(error)"
            )
        }
    }

    /// What the server has of its own is not for the command line to say.
    private func checkServerOptions() throws(Failure) {
        try report.check(inputs: [slo])
        let others = [
            ("--sli", !sli.isEmpty), ("--provider", !provider.isEmpty), ("--values", values != nil),
            ("--history", history != nil), ("--no-history", noHistory), ("--data-dir", data.dataDir != nil),
            ("--deadline", deadline != nil),
        ]
        if let (name, _) = others.first(where: \.1) {
            throw .usage(
                "`\(name)` has no effect with `--server`, which has indicators, providers and history of its own"
            )
        }
    }

    private func checkOptions() throws(Failure) {
        try report.check(inputs: [slo] + sli + projectFiles + [values, history].compactMap(\.self))
        if [slo, values, history].count(where: { $0 == "-" }) > 1 {
            throw .usage("only one file can be standard input, `-`")
        }
        if history != nil, noHistory { throw .usage("`--history` and `--no-history` exclude each other") }
        if history != nil || noHistory, data.dataDir != nil {
            throw .usage("`--data-dir` has no effect with `--history` or `--no-history`")
        }
        if values == nil, provider.isEmpty {
            throw .usage("name where values come from: `--provider prometheus=URL`, or a file with `--values`")
        }
        if values != nil, !provider.isEmpty {
            throw .usage("with `--values` no provider is asked; leave out `--provider`")
        }
        for (option, name) in [("--project", project), ("--stage", stage), ("--service", service)] {
            guard (1...200).contains(name.utf8.count), !name.contains(where: \.isNewline) else {
                throw .usage("`\(option)` must be a name of 1 to 200 bytes, in one line")
            }
        }
    }

    private func request(_ input: EvaluateInput) throws -> EvaluationRequest {
        EvaluationRequest(
            id: UUID().uuidString.lowercased(),
            lane: Lane(project: project, stage: stage, service: service),
            labels: try labels.labels(),
            window: try window.window(isNeeded: values == nil),
            slo: input.slo,
            text: input.sloFile.text,
            path: input.sloFile.name
        )
    }

    private func totalDeadline() throws -> Duration {
        guard let deadline else { return IndicatorFetch.defaultDeadline }
        guard let duration = Duration(goStyle: deadline), duration > .zero else {
            throw Failure.usage("`--deadline \(deadline.abbreviated)`: expected a duration such as 90s or 2m")
        }
        return duration
    }

    private func plan(_ request: EvaluationRequest, _ input: EvaluateInput) throws -> (QueryPlan, IndicatorFetch) {
        let placeholders = Placeholders(
            lane: request.lane,
            window: request.window,
            labels: request.labels,
            filter: request.slo.filter,
            environment: Terminal.environment
        )
        do {
            let providers = try providers(input.projects)
            let plan = try QueryPlan(
                request.slo,
                file: request.document.path,
                indicators: input.indicators,
                placeholders: placeholders,
                providers: providers.map(\.settings.name)
            )
            return (plan, try IndicatorFetch(providers))
        } catch let error as QueryPlan.Unplannable {
            throw Failure.invalid(error.diagnostics)
        } catch let error as Provider.Invalid {
            throw Failure.usage(error.message)
        }
    }

    /// Those of the command line before those of project files, each in its order.
    private func providers(_ projects: [Project]) throws -> [Provider] {
        let environment = Terminal.environment
        let named = try provider.filter(Self.isArgument).map {
            try Provider(argument: $0, environment: environment)
        }
        let described = try projects.flatMap(\.providers).map { try Provider($0, environment: environment) }
        let providers = named + described
        var names = Set<String>()
        for provider in providers where !names.insert(provider.settings.name).inserted {
            throw Failure.usage(
                "two providers are called `\(provider.settings.name)`; write `--provider NAME=prometheus=URL`"
            )
        }
        guard !providers.isEmpty else {
            throw Failure.usage("there is no provider in \(projectFiles.joined(separator: ", "))")
        }
        return providers
    }
}
