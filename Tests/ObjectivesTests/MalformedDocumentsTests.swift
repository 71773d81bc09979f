import Documents
import Foundation
import Objectives
import Testing

/// A document with mistakes, and what is said of it, as `malformed.txt` has them.
struct MalformedDocument: CustomTestStringConvertible {
    let name: String
    let text: String
    let reported: String

    var testDescription: String { name }

    static let all: [MalformedDocument] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "malformed.txt")
        let blocks = (try? String(contentsOf: file, encoding: .utf8))?.components(separatedBy: "=== ").dropFirst() ?? []
        return blocks.compactMap { block in
            let parts = block.components(separatedBy: "--- reported\n")
            guard parts.count == 2, let end = parts[0].firstIndex(of: "\n") else { return nil }
            let text = String(parts[0][parts[0].index(after: end)...])
            return MalformedDocument(name: String(parts[0][..<end]), text: text, reported: parts[1])
        }
    }()
}

@Suite("A malformed SLO file")
struct MalformedDocumentsTests {
    @Test("is refused, with every mistake, its place and the mend", arguments: MalformedDocument.all)
    func refused(document: MalformedDocument) {
        let reading = SLO.read(document.text, file: "slo.yaml")
        #expect(reading.value == nil)
        #expect(reading.diagnostics.map { "\($0)\n" }.joined() == document.reported)
    }

    @Test("comes in at least 40 kinds")
    func kinds() {
        #expect(MalformedDocument.all.count >= 40)
    }

    static let bounded: [MalformedDocument] = [
        .init(
            name: "tabs",
            text: "objectives:\n\t- sli: latency\n",
            reported: "2:1: error: a tab in the indentation; YAML takes spaces only"
        ),
        .init(
            name: "a control character",
            text: "objectives: \u{1}\n",
            reported: "1:1: error: not YAML: control characters are not allowed"
        ),
        .init(
            name: "nesting over 100",
            text: String(repeating: "[", count: 100_000),
            reported: "1:1: error: lists and mappings stand in each other more than 100 levels deep"
        ),
        .init(
            name: "block nesting over 100",
            text: String(repeating: "- ", count: 200) + "x",
            reported: "1:201: error: lists and mappings stand in each other more than 100 levels deep"
        ),
        .init(
            name: "more than 1 MiB",
            text: String(repeating: "a", count: 1 << 20) + "b",
            reported: "1:1: error: the file is larger than 1 MiB"
        ),
        .init(
            name: "exploding aliases",
            text: billionLaughs,
            reported: "6:10: error: aliases make this document larger than 100000 values; write it out"
        ),
    ]

    private static let billionLaughs = (0..<12).map { level in
        let previous = level == 0 ? "x" : "*a\(level - 1)"
        return "a\(level): &a\(level) [\(Array(repeating: previous, count: 9).joined(separator: ", "))]\n"
    }.joined()

    @Test("is refused in bounded time and memory", arguments: bounded)
    func refusedInBounds(document: MalformedDocument) {
        let reading = SLO.read(document.text, file: "slo.yaml")
        #expect(reading.value == nil)
        #expect(reading.diagnostics.map(\.description) == ["slo.yaml:" + document.reported])
    }

    @Test("of nothing but mistakes is not read to its end")
    func manyMistakes() {
        let text = (0..<50_000).map { "unknown\($0): 1\n" }.joined()
        #expect(SLO.read(text, file: "slo.yaml").diagnostics.count == Limits.errors)
    }
}
