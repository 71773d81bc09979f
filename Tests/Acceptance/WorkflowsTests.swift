import Foundation
import TestSupport
import Testing

/// The shipyards that are ready-made, rehearsed as their README says, and applied.
@Suite("The ready-made shipyards")
struct WorkflowsTests {
    /// The command of each row of the README, and the last lines that it prints.
    static let rehearsals: [(command: String, ending: [String])] = [
        ("workflows/quality-gate/shipyard.yaml production.evaluation", ["production evaluation finished: pass"]),
        (
            "workflows/delivery-with-approval/shipyard.yaml staging.delivery --result evaluation=warning",
            ["production evaluation finished: warning", "production delivery finished: warning"]
        ),
        (
            "workflows/delivery-with-rollback/shipyard.yaml staging.delivery --result production.delivery.evaluation=fail",
            [
                "production delivery finished: fail", "production rollback triggered", "production rollback triggered",
                "production rollback finished: pass", "production evaluation triggered",
                "production evaluation finished: pass",
                "production rollback finished: pass",
            ]
        ),
        (
            "workflows/remediation/shipyard.yaml production.remediation --result evaluation=fail,pass",
            [
                "production action finished: pass", "production evaluation triggered",
                "production evaluation finished: pass", "production remediation finished: pass",
            ]
        ),
    ]

    @Test("do what their README says", arguments: 0..<4)
    func rehearse(index: Int) async throws {
        let (command, ending) = Self.rehearsals[index]
        let readme = try String(contentsOf: Repository.root.appending(path: "workflows/README.md"), encoding: .utf8)
        #expect(readme.contains("`tidegate simulate \(command)`"))
        let arguments = ["simulate"] + command.split(separator: " ").map(String.init)
        let result = try await Program.tidegate(arguments, folder: Repository.root.path)
        #expect(result.code == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map { line in
            line.split(separator: " ").dropFirst().joined(separator: " ")
        }
        #expect(Array(lines.suffix(ending.count)) == ending)
    }

    @Test("can be applied as they are, twice, with a plan that says so")
    func apply() async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        let root = Repository.root.appending(path: "workflows").path
        let names = try FileManager.default.contentsOfDirectory(atPath: root).filter { !$0.contains(".") }.sorted()
        #expect(names.count == 4)
        for name in names {
            let options = [root + "/" + name, "--server", server.url]
            let plan = try await Program.tidegate(["diff"] + options)
            #expect(plan.code == 1)
            #expect(
                plan.output == "+ shipyard.yaml\nproject \(name): 1 to create, 0 to update, 0 to delete, 0 unchanged\n"
            )
            #expect(try await Program.tidegate(["apply"] + options).code == 0)
            let again = try await Program.tidegate(["diff"] + options)
            #expect(again.code == 0)
            #expect(again.output == "project \(name): 0 to create, 0 to update, 0 to delete, 1 unchanged\n")
        }
        let empty = try folder.write("empty/.keep", "")
        let pruned = try await Program.tidegate(
            [
                "apply", URL(filePath: empty).deletingLastPathComponent().path, "--project", names[0], "--prune",
                "--server",
                server.url,
            ]
        )
        #expect(
            pruned.output
                == "- shipyard.yaml\nproject \(names[0]): 0 to create, 0 to update, 1 to delete, 0 unchanged\n"
                + "- shipyard.yaml\nproject \(names[0]): 0 created, 0 updated, 1 deleted, 0 unchanged\n"
        )
        #expect(server.stop() == 0)
    }
}
