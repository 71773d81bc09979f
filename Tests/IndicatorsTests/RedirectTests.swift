import Testing

@testable import Indicators

@Suite("A redirect")
struct RedirectTests {
    private static let from = "http://metrics.example:9090/api/v1/query"

    @Test(
        "is followed on the same host",
        arguments: [
            ("/prometheus/api/v1/query", "http://metrics.example:9090/prometheus/api/v1/query"),
            ("http://metrics.example:9090/x", "http://metrics.example:9090/x"),
            ("https://metrics.example/x", "https://metrics.example/x"),
        ]
    )
    func followed(location: String, url: String) {
        #expect(Redirect(from: Self.from, to: location) == .follow(url))
    }

    @Test(
        "to somebody else is not",
        arguments: [
            "http://other.example:9090/x", "//other.example/x", "http://metrics.example:9091/x",
            "http://metrics.example/x",
            "http://user@metrics.example:9090/x",
        ]
    )
    func refused(location: String) {
        guard case .refuse = Redirect(from: Self.from, to: location) else {
            Issue.record("\(location) was followed")
            return
        }
    }

    @Test("from https to http is not")
    func downgrade() {
        guard case .refuse = Redirect(from: "https://metrics.example/x", to: "http://metrics.example/x") else {
            Issue.record("it was followed")
            return
        }
    }
}
