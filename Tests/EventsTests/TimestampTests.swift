import Events
import Foundation
import Testing

@Suite("A time")
struct TimestampTests {
    @Test(
        "is read from RFC 3339 and written in UTC with milliseconds",
        arguments: [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
            ("2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.500Z"),
            ("2026-01-31T12:00:00.1239999Z", "2026-01-31T12:00:00.123Z"),
            ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000Z"),
            ("2026-01-31T12:00:00.250-05:30", "2026-01-31T17:30:00.250Z"),
            ("2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z"),
            ("1969-12-31T23:59:59.001Z", "1969-12-31T23:59:59.001Z"),
        ]
    )
    func read(text: String, written: String) throws {
        #expect(try #require(Timestamp(text)).description == written)
    }

    @Test("agrees with Foundation's calendar on every day from 1587 to 2517")
    func calendar() throws {
        for day in -140_000...200_000 {
            let milliseconds = Int64(day) * 86_400_000
            let text = Timestamp(milliseconds: milliseconds).description
            let date = Date(timeIntervalSince1970: Double(milliseconds / 1000))
            try #require(text == date.formatted(.iso8601).dropLast() + ".000Z")
            try #require(Timestamp(text)?.milliseconds == milliseconds)
        }
    }

    @Test(
        "that is none is refused",
        arguments: [
            "", "now", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z", "2026-01-31T25:00:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.x1Z",
            "2026-01-31T12:00:00Zx",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }
}

@Suite("A duration")
struct DurationTests {
    @Test(
        "is read as Go writes it",
        arguments: [
            ("90s", 90_000), ("10m", 600_000), ("1h30m", 5_400_000), ("1.5h", 5_400_000), ("250ms", 250),
            ("1m30.5s", 90_500),
        ]
    )
    func read(text: String, milliseconds: Int64) {
        #expect(Duration(goStyle: text)?.milliseconds == milliseconds)
    }

    @Test(
        "that is none is refused",
        arguments: ["", "10", "m", "-5m", "5 m", "5d", "1e3s", "..5s", "1h30", "99999999h", "5m5"]
    )
    func refused(text: String) {
        #expect(Duration(goStyle: text) == nil)
    }
}
