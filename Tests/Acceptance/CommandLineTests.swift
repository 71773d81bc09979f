import Foundation
import FoundationXML
import TestSupport
import Testing

/// The program as scripts use it.
@Suite("The command line")
struct CommandLineTests {
    private static let slo = """
        objectives:
          - sli: latency
            displayName: "Latency | `p95` <b>"
            pass: [{criteria: ["<=+10%", "<600"]}]
            warning: [{criteria: ["<800"]}]
          - sli: errors
            pass: [{criteria: ["<1"]}]
        total_score: {pass: 90%, warning: 50%}
        """

    private func evaluate(
        latency: Double,
        errors: Double,
        history: String = "[]",
        _ options: [String] = []
    ) async throws -> ProgramResult {
        let folder = try TemporaryFolder()
        let slo = try folder.write("slo.yaml", Self.slo)
        let values = try folder.write(
            "v.json",
            #"[{"metric":"latency","value":\#(latency)},{"metric":"errors","value":\#(errors)}]"#
        )
        let earlier = try folder.write("h.json", history)
        return try await Program.tidegate(
            ["evaluate", "--slo", slo, "--values", values, "--history", earlier] + options
        )
    }

    @Test("exits with 0 for a pass, 0 or 1 for a warning, and 1 for a failure")
    func exitCodes() async throws {
        #expect(try await evaluate(latency: 100, errors: 0).code == 0)
        #expect(try await evaluate(latency: 700, errors: 0).code == 0)
        #expect(try await evaluate(latency: 700, errors: 0, ["--fail-on", "warning"]).code == 1)
        #expect(try await evaluate(latency: 900, errors: 2).code == 1)
    }

    @Test("shows a table of at most 80 columns, without colours where nobody watches")
    func text() async throws {
        let history = #"[{"result":"pass","values":[{"metric":"latency","value":300}]}]"#
        let result = try await evaluate(latency: 700, errors: 0, history: history)
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(!result.output.contains("\u{1B}"))
        #expect(lines.first == "WARNING  75 %  default/default/default")
        #expect(result.output.contains("warning  Latency | `p95` <b>    700  +133 %  <=+10% (330) and <600   0.5/1\n"))
        #expect(result.output.contains("pass     errors                   0          <1                        1/1\n"))
    }

    @Test("escapes Markdown and XML")
    func escapes() async throws {
        let markdown = try await evaluate(latency: 700, errors: 0, ["-o", "markdown"]).output
        #expect(markdown.contains("| ⚠️ warning | Latency \\| \\`p95\\` &lt;b&gt; | 700 |"))
        let junit = try await evaluate(latency: 900, errors: 0, ["-o", "junit"]).output
        #expect(junit.contains("name=\"Latency | `p95` &lt;b&gt;\""))
        #expect(XMLParser(data: Data(junit.utf8)).parse())
    }

    @Test("points SARIF at the objective's line")
    func sarif() async throws {
        let sarif = try await evaluate(latency: 900, errors: 0, ["-o", "sarif"]).output
        let root = try #require(try JSONSerialization.jsonObject(with: Data(sarif.utf8)) as? [String: Any])
        let run = try #require((root["runs"] as? [[String: Any]])?.first)
        let result = try #require((run["results"] as? [[String: Any]])?.first)
        #expect(result["level"] as? String == "error")
        #expect(sarif.contains("\"startLine\" : 2"))
    }

    @Test("writes a report into a file, and the text to standard output")
    func outputFile() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/report.json"
        let result = try await evaluate(latency: 1, errors: 0, ["-o", "json", "--output-file", file])
        #expect(result.output.hasPrefix("PASS  100 %"))
        #expect(try PrintedEvaluation(String(contentsOfFile: file, encoding: .utf8)).result == "pass")
    }

    @Test("stays valid JSON where earlier values add up to more than a double holds")
    func overflow() async throws {
        let run = #"{"result":"pass","values":[{"metric":"latency","value":1.7e308}]}"#
        let folder = try TemporaryFolder()
        let slo = try folder.write("slo.yaml", "comparison: {compare_with: several_results}\n" + Self.slo)
        let values = try folder.write(
            "v.json",
            #"[{"metric":"latency","value":1.7e308},{"metric":"errors","value":-0}]"#
        )
        let history = try folder.write("h.json", "[\(run), \(run)]")
        let result = try await Program.tidegate([
            "evaluate", "--slo", slo, "--values", values, "--history", history, "-o", "json",
        ])
        #expect(result.code == 0)
        #expect(result.errors == "")
        #expect(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) is [String: Any])
    }

    @Test("is not turned by 200 warnings: every objective is judged, and every error said")
    func manyWarnings() async throws {
        let folder = try TemporaryFolder()
        let harmless = (0..<300).map { "  - {sli: i\($0), weight: 0}\n" }.joined()
        let failing = "  - {sli: latency, key_sli: true, pass: [{criteria: ['<1']}]}\n"
        let slo = "objectives:\n" + harmless + failing + "total_score: {pass: 90%}\n"
        let values = #"[{"metric":"latency","value":5}]"#
        try folder.write("slo.yaml", slo)
        try folder.write("wrong.yaml", slo.replacing("key_sli", with: "key_slli"))
        let options = ["--values", "-", "--no-history"]
        let judged = try await Program.tidegate(
            ["evaluate", "--slo", "slo.yaml"] + options,
            input: values,
            folder: folder.path
        )
        #expect(judged.code == 1)
        let wrong = try await Program.tidegate(
            ["evaluate", "--slo", "wrong.yaml"] + options,
            input: values,
            folder: folder.path
        )
        #expect(wrong.code == 2)
        #expect(wrong.errors.contains("wrong.yaml:302:20: error: unknown key `key_slli`"))
    }

    @Test("shows nothing that a terminal or a CI system takes for a command")
    func injection() async throws {
        let folder = try TemporaryFolder()
        try folder.write("slo.yaml", Self.slo)
        try folder.write(
            "v.json",
            #"[{"metric":"latency","success":false,"message":"a\u001b[2J\u0007\n::error::x\u202e"}]"#
        )
        for format in ["text", "markdown", "junit"] {
            let result = try await Program.tidegate(
                [
                    "evaluate", "--slo", "slo.yaml", "--values", "v.json", "--no-history", "-o", format, "--service",
                    "s\u{1B}[31m",
                ],
                folder: folder.path
            )
            let said = result.output + result.errors
            #expect(!said.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
            #expect(!said.split(separator: "\n").contains { $0.hasPrefix("::") })
        }
    }

    @Test("says so where standard output takes nothing")
    func fullOutput() async throws {
        let folder = try TemporaryFolder()
        try folder.write("slo.yaml", Self.slo)
        try folder.write("v.json", "[]")
        let script = "\(Program.tidegatePath) evaluate --slo slo.yaml --values v.json --no-history >/dev/full"
        let result = try await Program.run("sh", ["-c", script], folder: folder.path)
        #expect(result.code == 3)
        #expect(result.errors == "tidegate: error: standard output can't be written to\n")
    }

    @Test("writes a report through a link, into a pipe, and never over what it reads")
    func outputFiles() async throws {
        let folder = try TemporaryFolder()
        try folder.write("slo.yaml", Self.slo)
        try folder.write("v.json", #"[{"metric":"latency","value":1},{"metric":"errors","value":0}]"#)
        try folder.write("target", "old")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "target")
        let evaluate = [
            "evaluate", "--slo", "slo.yaml", "--values", "v.json", "--no-history", "-o", "json", "--output-file",
        ]
        #expect(try await Program.tidegate(evaluate + ["link"], folder: folder.path).code == 0)
        #expect(
            try PrintedEvaluation(String(contentsOfFile: folder.path + "/target", encoding: .utf8)).result == "pass"
        )
        let piped = try await Program.tidegate(evaluate + ["/dev/stderr"], folder: folder.path)
        #expect(try PrintedEvaluation(piped.errors).result == "pass")
        #expect(try await Program.tidegate(evaluate + ["-"], folder: folder.path).output.hasPrefix("{"))
        for (path, message) in [
            ("v.json", "is a file that is read"), ("nowhere/x", "there is no folder"), ("/tmp/", "is a folder"),
        ] {
            let refused = try await Program.tidegate(evaluate + [path], folder: folder.path)
            #expect(refused.code == 2)
            #expect(refused.errors.contains(message), "\(refused.errors)")
        }
        #expect(try String(contentsOfFile: folder.path + "/v.json", encoding: .utf8).hasPrefix("[{"))
    }

    @Test(
        "reads JSON, and says where it is none",
        arguments: [
            (#"[{"metric":"latency" "value":1}]"#, "v.json:1:"), ("[", "v.json:1:2: error: not JSON:"),
            (#"[{"metric":"latency","value":NaN}]"#, "v.json:1:"),
            (#"[{"metric":"latency","value":"1"}]"#, "v.json:1:30: error: `value` must be a number, not `1`"),
            (
                #"[{"metric":"a","value":1},{"metric":"a","value":2}]"#,
                "v.json:1:27: error: `a` has a value above already"
            ),
        ]
    )
    func json(text: String, message: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("slo.yaml", Self.slo)
        try folder.write("v.json", text)
        let result = try await Program.tidegate(
            ["evaluate", "--slo", "slo.yaml", "--values", "v.json", "--no-history"],
            folder: folder.path
        )
        #expect(result.code == 2)
        #expect(result.errors.hasPrefix(message), "\(result.errors)")
    }

    @Test("reads what Python writes for an emoji")
    func surrogates() async throws {
        let folder = try TemporaryFolder()
        try folder.write("slo.yaml", Self.slo)
        try folder.write("v.json", #"[{"metric":"latency","success":false,"message":"slow \ud83d\ude00"}]"#)
        let result = try await Program.tidegate(
            ["evaluate", "--slo", "slo.yaml", "--values", "v.json", "--no-history"],
            folder: folder.path
        )
        #expect(result.output.contains("slow 😀"), "\(result.errors)")
    }

    @Test("reads an SLO from standard input")
    func standardInput() async throws {
        let folder = try TemporaryFolder()
        let values = try folder.write("v.json", #"[{"metric":"latency","value":1},{"metric":"errors","value":0}]"#)
        let result = try await Program.tidegate(
            ["evaluate", "--slo", "-", "--values", values, "--no-history"],
            input: Self.slo
        )
        #expect(result.code == 0)
    }

    @Test(
        "says what is wrong with its options, and exits with 2",
        arguments: [
            ([], "Missing expected argument '--slo <file>'"),
            (
                ["--slo", "slo.yaml"],
                "name where values come from: `--provider prometheus=URL`, or a file with `--values`"
            ),
            (
                ["--slo", "slo.yaml", "--provider", "prometheus=http://h"],
                "say which time to judge: `--window 10m`, or `--start` and `--end`"
            ),
            (
                ["--slo", "slo.yaml", "--provider", "prometheus=http://h", "--window", "soon"],
                "`--window soon`: expected a duration over 0 such as 90s, 10m or 1h30m"
            ),
            (
                ["--slo", "slo.yaml", "--provider", "prometheus=http://h", "--start", "yesterday"],
                "`--start yesterday`: expected a time such as 2026-01-31T12:00:00Z"
            ),
            (
                [
                    "--slo", "slo.yaml", "--values", "v.json", "--start", "2026-01-02T00:00:00Z", "--end",
                    "2026-01-01T00:00:00Z",
                ], "the window ends (2026-01-01T00:00:00.000Z) before it starts (2026-01-02T00:00:00Z)"
            ),
            (
                ["--slo", "slo.yaml", "--values", "v.json", "--start", "2026-01-02T00:00:00Z", "--window", "5m"],
                "`--start` and `--window` exclude each other: give a start and an end, or a length"
            ),
            (
                ["--slo", "slo.yaml", "--values", "v.json", "--no-history", "--history", "h"],
                "`--history` and `--no-history` exclude each other"
            ),
            (
                ["--slo", "slo.yaml", "--values", "v.json", "--no-history", "--label", "x"],
                "`--label x`: expected `name=value`"
            ),
            (
                ["--slo", "slo.yaml", "--values", "v.json", "--project", ""],
                "`--project` must be a name of 1 to 200 bytes, in one line"
            ),
            (
                ["--slo", "slo.yaml", "--values", "v.json", "--no-history", "--label", "V=1", "--label", "v=2"],
                "two labels are called `v`"
            ),
            (
                ["--slo", "slo.yaml", "--provider", "https://ana:hunter2@host", "--window", "5m"],
                "`--provider …`: expected `prometheus=URL`"
            ),
            (["--slo", "missing.yaml", "--values", "v.json"], "missing.yaml:1:1: error: there is no such file"),
            (["--slo", ".", "--values", "v.json"], ".:1:1: error: this is a folder; name a file in it"),
            (
                ["--slo", "latin1.yaml", "--values", "v.json"],
                "latin1.yaml:2:7: error: this is not UTF-8; save the file in that encoding"
            ),
            (
                ["--slo", "slo.yaml", "--provider", "project.yaml", "--window", "5m"],
                "slo.yaml:2:5: error: no query for indicator `latency`; put it under `indicators` here or into a file given with `--sli`"
            ),
            (["--slo", "slo.yaml", "--values", "bad.json"], "bad.json:1:29: error: `value` must be a number, not `x`"),
        ] as [([String], String)]
    )
    func usage(arguments: [String], message: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("slo.yaml", Self.slo)
        try folder.write("v.json", "[]")
        try folder.write("bad.json", #"[{"metric":"errors","value":"x"}]"#)
        try folder.write("latin1.yaml", Data("spec_version: '1'\n# caf".utf8) + Data([0x63, 0xE9, 0x0A]))
        try folder.write(
            "project.yaml",
            "apiVersion: tidegate.dev/v1\nkind: Project\nspec: {providers: [{name: p, type: prometheus, url: 'http://127.0.0.1:1'}]}\n"
        )
        let result = try await Program.tidegate(["evaluate"] + arguments, folder: folder.path)
        #expect(result.code == 2)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.output == "")
        #expect(!result.errors.contains("hunter2"))
    }

    @Test("reports the mistakes of all documents at once")
    func allDocuments() async throws {
        let folder = try TemporaryFolder()
        try folder.write("slo.yaml", "objectives: [{sli: a}]\n")
        try folder.write("sli.yaml", "indicator: {a: up}\n")
        try folder.write("v.json", #"{"metric": 1}"#)
        let result = try await Program.tidegate(
            ["evaluate", "--slo", "slo.yaml", "--sli", "sli.yaml", "--values", "v.json", "--no-history"],
            folder: folder.path
        )
        #expect(result.code == 2)
        #expect(
            result.errors == """
                slo.yaml:1:1: error: an SLO file needs `total_score`: a mapping
                sli.yaml:1:1: error: unknown key `indicator` in an SLI file, did you mean `indicators`?
                sli.yaml:1:1: error: an SLI file needs `indicators`: a mapping of names to queries
                v.json:1:1: error: expected a JSON array, found a mapping

                """
        )
    }

    @Test("validates folders, passing over what is not its own")
    func validate() async throws {
        let folder = try TemporaryFolder()
        try folder.write("a/slo.yaml", Self.slo)
        try folder.write("a/sli.yaml", "indicators: {latency: up}\n")
        try folder.write("b/deployment.yaml", "kind: Deployment\nmetadata: {}\n")
        try folder.write("b/values.yml", "image: {{ .Values.x }}\n")
        try folder.write(".git/slo.yaml", "nonsense")
        let good = try await Program.tidegate(["validate", "."], folder: folder.path)
        #expect(good.code == 0)
        #expect(good.output == "2 documents, 0 errors, 0 warnings; 2 other files passed over\n")
        try folder.write("b/slo.yaml", "objectives: {}\n")
        let bad = try await Program.tidegate(["validate", ".", "-o", "json"], folder: folder.path)
        #expect(bad.code == 2)
        #expect(bad.output.contains(#""file" : "./b/slo.yaml""#))
        try folder.write("b/broken.yaml", "objectives: [\n")
        let broken = try await Program.tidegate(["validate", "."], folder: folder.path)
        #expect(broken.errors.contains("./b/broken.yaml:2:1: error: "))
        let sarif = try await Program.tidegate(["validate", ".", "-o", "sarif"], folder: folder.path)
        #expect(sarif.code == 2)
        #expect(sarif.output.contains(#""ruleId" : "document""#))
    }

    @Test("starts a project with files that are valid, and overwrites nothing")
    func initialize() async throws {
        let folder = try TemporaryFolder()
        #expect(try await Program.tidegate(["init"], folder: folder.path).code == 0)
        let valid = try await Program.tidegate(["validate", "."], folder: folder.path)
        #expect(valid.output == "2 documents, 0 errors, 0 warnings\n")
        let again = try await Program.tidegate(["init"], folder: folder.path)
        #expect(again.code == 2)
        #expect(again.errors == "tidegate: error: ./slo.yaml is there already; nothing was written\n")
    }

    @Test("prints its version, its help and completions")
    func about() async throws {
        #expect(try await Program.tidegate(["version"]).output == "tidegate 0.1.0\n")
        let help = try await Program.tidegate(["evaluate", "--help"])
        #expect(help.code == 0)
        #expect(help.output.contains("EXAMPLES"))
        for shell in ["bash", "zsh", "fish"] {
            let script = try await Program.tidegate(["--generate-completion-script", shell])
            #expect(script.code == 0)
            #expect(script.output.contains("evaluate"))
        }
        #expect(try await Program.tidegate(["evalute"]).code == 2)
    }
}
