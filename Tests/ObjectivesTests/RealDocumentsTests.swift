import Documents
import Foundation
import Objectives
import Testing

/// Documents of the format's users, read from beside the project where they are.
@Suite("The documents that people really wrote")
struct RealDocumentsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/real").standardized
    private static let isThere = FileManager.default.fileExists(atPath: folder.path)

    private struct Count {
        var read = 0
        var warned = 0
        var refusals: [String] = []
    }

    @Test(
        "are read, read with a warning, or refused with a place",
        .enabled(if: isThere, "the folder shared/real is not beside the project"),
        arguments: ["slo", "sli"]
    )
    func read(kind: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: kind).path).sorted()
        #expect(files.count > 100)
        var count = Count()
        for file in files {
            let text = try String(contentsOf: Self.folder.appending(path: "\(kind)/\(file)"), encoding: .utf8)
            let (isRead, diagnostics) =
                if kind == "slo" {
                    SLO.read(text, file: file).summary
                } else {
                    SLI.read(text, file: file).summary
                }
            let errors = diagnostics.filter { $0.severity == .error }
            #expect(isRead == errors.isEmpty)
            if isRead {
                count.read += diagnostics.isEmpty ? 1 : 0
                count.warned += diagnostics.isEmpty ? 0 : 1
            } else {
                count.refusals += errors.map(\.description)
            }
        }
        let refused = files.count - count.read - count.warned
        print("\(kind): \(count.read) read, \(count.warned) read with warnings, \(refused) refused")
        print(count.refusals.joined(separator: "\n"))
        #expect(refused <= (kind == "slo" ? 12 : 1))
    }
}

extension Reading {
    fileprivate var summary: (isRead: Bool, diagnostics: [Diagnostic]) { (value != nil, diagnostics) }
}
