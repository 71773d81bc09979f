import Foundation
import TestSupport
import Testing

/// What can be wrong with the place where results are kept.
@Suite("The data directory")
struct StoreTests {
    private static let slo = "objectives: [{sli: x, pass: [{criteria: ['<10']}]}]\ntotal_score: {pass: 90%}\n"

    private func evaluate(_ folder: TemporaryFolder, data: String) async throws -> ProgramResult {
        let slo = try folder.write("slo.yaml", Self.slo)
        let values = try folder.write("values.json", #"[{"metric":"x","value":1}]"#)
        return try await Program.tidegate(["evaluate", "--slo", slo, "--values", values, "--data-dir", data])
    }

    @Test("serves many processes that start at once, each of which succeeds")
    func manyAtOnce() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        let results = try await withThrowingTaskGroup(of: ProgramResult.self) { group in
            for _ in 0..<12 { group.addTask { try await evaluate(folder, data: data) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.map(\.code) == Array(repeating: 0, count: 12), "\(results.map(\.errors))")
        let list = try await Program.tidegate(["get", "evaluations", "--data-dir", data])
        #expect(list.output.split(separator: "\n").count == 13)
    }

    @Test("that holds a file that is no database: exit 3, and the file as it was")
    func noDatabase() async throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "no database ", count: 50)
        let file = try folder.write("data/tidegate.db", text)
        let result = try await evaluate(folder, data: folder.path + "/data")
        #expect(result.code == 3)
        #expect(
            result.errors
                == "tidegate: error: \(file) is not an SQLite database; nothing in it was changed. Use another `--data-dir`\n"
        )
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }

    @Test("that a server holds: exit 3, with the hint to use it")
    func heldByServer() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        #expect(try await evaluate(folder, data: data).code == 0)
        let binary = Program.tidegatePath
        let script = "exec 9>\(data)/server.lock; flock -x 9; \(binary) get evaluations --data-dir \(data)"
        let result = try await Program.run("sh", ["-c", script])
        #expect(result.code == 3)
        #expect(
            result.errors
                == "tidegate: error: a running server holds \(data): use `--server URL`, or another `--data-dir`\n"
        )
    }

    @Test("is for its owner alone, and is not made by asking what is in it")
    func rights() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        let empty = try await Program.tidegate(["get", "evaluations", "--data-dir", data])
        #expect(empty.code == 2)
        #expect(!FileManager.default.fileExists(atPath: data))
        #expect(try await evaluate(folder, data: data).code == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: data + "/tidegate.db")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("is checked against its events, and mended from them")
    func check() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        for _ in 0..<3 { #expect(try await evaluate(folder, data: data).code == 0) }
        let whole = try await Program.tidegate(["check", "--data-dir", data])
        #expect(whole.code == 0)
        #expect(whole.output == "whole\n")
        let tampered = try await Program.run(
            "sqlite3",
            [
                data + "/tidegate.db",
                "UPDATE evaluation SET result = 'fail', score = 1 WHERE position = 2; DELETE FROM evaluation WHERE position = 3; UPDATE lane SET version = 9;",
            ]
        )
        try #require(tampered.code == 0, "\(tampered.errors)")
        let found = try await Program.tidegate(["check", "--data-dir", data])
        #expect(found.code == 1)
        let lines = found.errors.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "tidegate: error: the lane default/default/default does not count its events right")
        #expect(lines[1].hasSuffix("differs from its event in result, score"))
        #expect(lines[2].hasSuffix("is missing from the list"))
        let mended = try await Program.tidegate(["check", "--rebuild", "--data-dir", data])
        #expect(mended.code == 0, "\(mended.errors)")
        let list = try await Program.tidegate(["get", "evaluations", "--data-dir", data])
        #expect(list.output.components(separatedBy: "  pass  ").count == 4)
    }

    @Test("with a damaged page is said to be damaged")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        for _ in 0..<3 { #expect(try await evaluate(folder, data: data).code == 0) }
        var bytes = try Data(contentsOf: URL(filePath: data + "/tidegate.db"))
        bytes.replaceSubrange(4096..<8192, with: Data(repeating: 0xAA, count: 4096))
        try bytes.write(to: URL(filePath: data + "/tidegate.db"))
        for verb in [["check"], ["get", "evaluations"]] {
            let result = try await Program.tidegate(verb + ["--data-dir", data])
            #expect([1, 3].contains(result.code), "\(verb) \(result.output)")
            #expect(!result.errors.isEmpty)
        }
    }

    @Test("is copied while it is in use, and never over something")
    func backup() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        #expect(try await evaluate(folder, data: data).code == 0)
        let copy = folder.path + "/copy/tidegate.db"
        try folder.write("copy/.keep", "")
        let script = "exec 9>\(data)/server.lock; flock -x 9; \(Program.tidegatePath) backup \(copy) --data-dir \(data)"
        let made = try await Program.run("sh", ["-c", script])
        #expect(made.code == 0, "\(made.errors)")
        let list = try await Program.tidegate(["get", "evaluations", "--data-dir", folder.path + "/copy"])
        #expect(list.output.contains("  pass  "))
        let again = try await Program.tidegate(["backup", copy, "--data-dir", data])
        #expect(again.code == 3)
        #expect(again.errors == "tidegate: error: \(copy) is there already; nothing was written\n")
    }

    private static let mayMount = getuid() == 0

    /// Runs a script with a small file system of its own at `disk`, in a mount namespace that ends with it.
    private func withDisk(_ folder: TemporaryFolder, size: String, _ script: String) async throws -> ProgramResult {
        try folder.write("disk/.keep", "")
        try folder.write("slo.yaml", Self.slo)
        try folder.write("values.json", #"[{"metric":"x","value":1}]"#)
        let evaluate = "\(Program.tidegatePath) evaluate --slo slo.yaml --values values.json --data-dir disk/data"
        let text = "set -u; mount -t tmpfs -o size=\(size) tmpfs disk; evaluate() { \(evaluate); }\n\(script)"
        return try await Program.run("unshare", ["--mount", "sh", "-c", text], folder: folder.path)
    }

    @Test(
        "on a read-only file system: exit 3, and nothing damaged",
        .enabled(if: mayMount, "mounting a file system takes the superuser")
    )
    func readOnly() async throws {
        let folder = try TemporaryFolder()
        let result = try await withDisk(
            folder,
            size: "4m",
            """
            evaluate >/dev/null || exit 90
            mount -o remount,ro disk
            evaluate; code=$?
            mount -o remount,rw disk
            evaluate >/dev/null || exit 91
            exit $code
            """
        )
        #expect(result.code == 3)
        #expect(result.errors.contains("Read-only file system"), "\(result.errors)")
    }

    @Test(
        "on a full disk: exit 3 with the reason, and what was stored is unharmed",
        .enabled(if: mayMount, "mounting a file system takes the superuser")
    )
    func fullDisk() async throws {
        let folder = try TemporaryFolder()
        let result = try await withDisk(
            folder,
            size: "1m",
            """
            evaluate >/dev/null || exit 90
            cat /dev/zero > disk/ballast 2>/dev/null
            evaluate; code=$?
            rm disk/ballast
            evaluate >/dev/null || exit 91
            [ "$(\(Program.tidegatePath) get evaluations --data-dir disk/data | wc -l)" -eq 3 ] || exit 92
            exit $code
            """
        )
        #expect(result.code == 3)
        #expect(result.errors.contains("the disk is full"), "\(result.errors)")
    }
}
