import Testing

@testable import Indicators

@Suite("Retries")
struct RetryPolicyTests {
    private func delay(_ attempt: Int, retryAfter: Duration? = nil, remaining: Duration = .seconds(60)) -> Duration? {
        RetryPolicy.delay(after: attempt, retryAfter: retryAfter, remaining: remaining, jitter: 1)
    }

    @Test("wait twice as long each time")
    func exponential() {
        #expect((1...4).map { delay($0) } == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
    }

    @Test("wait a random part of that")
    func jitter() {
        #expect(
            RetryPolicy.delay(after: 3, retryAfter: nil, remaining: .seconds(60), jitter: 0.5) == .milliseconds(500)
        )
    }

    @Test("wait as long as they are asked to")
    func retryAfter() {
        #expect(delay(1, retryAfter: .seconds(7)) == .seconds(7))
    }

    @Test("end after five attempts, and where the deadline would pass first")
    func end() {
        #expect(delay(5) == nil)
        #expect(delay(1, retryAfter: .seconds(7), remaining: .seconds(5)) == nil)
    }
}
