import Documents
import Objectives
import TestSupport
import Testing

@Suite("The SLO and SLI files that people really wrote")
struct RealDocumentsTests {
    @Test(
        "are read, read with a warning, or refused with a place",
        .enabled(if: RealDocuments.areThere, "the folder shared/real is not beside the project"),
        arguments: ["slo", "sli"]
    )
    func read(kind: String) throws {
        let documents = try RealDocuments.of(kind: kind)
        #expect(documents.count > 100)
        var read = 0
        var warned = 0
        var refusals: [String] = []
        for document in documents {
            let (isRead, diagnostics) =
                kind == "slo"
                ? SLO.read(document.text, file: document.name).summary
                : SLI.read(document.text, file: document.name).summary
            let errors = diagnostics.filter { $0.severity == .error }
            #expect(isRead == errors.isEmpty)
            read += isRead && diagnostics.isEmpty ? 1 : 0
            warned += isRead && !diagnostics.isEmpty ? 1 : 0
            refusals += errors.map(\.description)
        }
        let refused = documents.count - read - warned
        print("\(kind): \(read) read, \(warned) read with warnings, \(refused) refused")
        print(refusals.joined(separator: "\n"))
        #expect(refused <= (kind == "slo" ? 12 : 1))
    }
}

extension Reading {
    fileprivate var summary: (isRead: Bool, diagnostics: [Diagnostic]) { (value != nil, diagnostics) }
}
