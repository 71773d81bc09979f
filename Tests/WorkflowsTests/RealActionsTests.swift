import Documents
import Foundation
import TestSupport
import Testing
import Workflows

@Suite("The webhooks and remediations that people really wrote")
struct RealActionsTests {
    private func read<Value>(_ kind: String, _ read: (String, String) -> Reading<Value>) throws -> (
        refused: [String], count: Int
    ) {
        let documents = try RealDocuments.of(kind: kind)
        var refused: [String] = []
        var warned = 0
        for document in documents {
            let reading = read(document.text, document.name)
            let errors = reading.diagnostics.filter { $0.severity == .error }
            #expect((reading.value == nil) == !errors.isEmpty)
            if let error = errors.first { refused.append(error.description) }
            warned += errors.isEmpty && !reading.diagnostics.isEmpty ? 1 : 0
        }
        print(
            "\(kind): \(documents.count - refused.count - warned) read, \(warned) read with warnings, \(refused.count) refused"
        )
        print(refused.map { String($0.prefix(200)) }.joined(separator: "\n"))
        return (refused, documents.count)
    }

    @Test(
        "webhooks are all read",
        .enabled(if: RealDocuments.areThere, "the folder shared/real is not beside the project")
    )
    func webhooks() throws {
        let (refused, count) = try read("webhook") { WebhookConfig.read($0, file: $1) }
        #expect(count == 28)
        #expect(refused == [])
    }

    @Test(
        "remediations are read, but for those of before 0.1.4 and one with a key three times",
        .enabled(if: RealDocuments.areThere, "the folder shared/real is not beside the project")
    )
    func remediations() throws {
        let (refused, count) = try read("remediation") { Remediation.read($0, file: $1) }
        #expect(count == 16)
        #expect(refused.count { $0.contains("this is a remediation file of before 0.1.4") } == 3)
        #expect(refused.count == 4)
    }
}
