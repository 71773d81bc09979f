import Documents
import Foundation
import TestSupport
import Testing
import Workflows

@Suite("The shipyards that people really wrote")
struct RealShipyardsTests {
    @Test(
        "are read, read with a warning, or refused with a place",
        .enabled(if: RealDocuments.areThere, "the folder shared/real is not beside the project")
    )
    func read() throws {
        let documents = try RealDocuments.of(kind: "shipyard")
        #expect(documents.count > 100)
        var refused: [String] = []
        var warned = 0
        for document in documents {
            let reading = Shipyard.read(document.text, file: document.name)
            let errors = reading.diagnostics.filter { $0.severity == .error }
            #expect((reading.value == nil) == !errors.isEmpty)
            if let error = errors.first { refused.append(error.description) }
            warned += errors.isEmpty && !reading.diagnostics.isEmpty ? 1 : 0
        }
        print(
            "shipyard: \(documents.count - refused.count - warned) read, \(warned) read with warnings, \(refused.count) refused"
        )
        print(refused.map { String($0.prefix(160)) }.joined(separator: "\n"))
        let current = refused.filter { !$0.contains("is a shipyard of 0.1 or of a proposal") }
        #expect(current.count <= 10)
    }
}
