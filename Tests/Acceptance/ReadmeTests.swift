import Foundation
import TestSupport
import Testing

/// What the README says is run as it stands there.
@Suite("The README")
struct ReadmeTests {
    @Test("leads from a server to a finished sequence with the commands that it shows")
    func server() async throws {
        let text = try String(contentsOf: Repository.root.appending(path: "README.md"), encoding: .utf8)
        let block = try #require(text.components(separatedBy: "```sh\n").first { $0.hasPrefix("tidegate serve ") })
        let lines = block.components(separatedBy: "```")[0].split(separator: "\n")
        #expect(lines.count <= 10, "it is short")
        #expect(lines[0] == "tidegate serve --data-dir /tmp/tidegate &")
        let folder = try TemporaryFolder()
        // The server is the test's own, on a free port; the rest is as it is.
        let server = try await RunningServer(directory: folder.path + "/data")
        let address = server.url.replacing("http://", with: "")
        let script = lines.dropFirst().joined(separator: "\n").replacing("127.0.0.1:8085", with: address)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/tidegate",
            withDestinationPath: Program.tidegatePath
        )
        let result = try await Program.run(
            "bash",
            ["-euc", script],
            environment: ["PATH": folder.path + ":/usr/bin:/bin", "HOME": folder.path, "TIDEGATE_SERVER": server.url],
            folder: folder.path
        )
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.split(separator: "\n").last?.contains("succeeded") == true, "\(result.output)")
        #expect(server.stop() == 0)
    }
}
