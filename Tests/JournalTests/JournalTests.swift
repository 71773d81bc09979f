import Events
import Executors
import Foundation
import GRDB
import Objectives
import TestSupport
import Testing

@testable import Journal

@Suite("The journal")
struct JournalTests {
    private static let lane = Lane(project: "shop", stage: "prod", service: "carts")

    /// An evaluation of one objective, `x < 10`, that passes with less.
    private func evaluation(_ id: String, value: Double, lane: Lane = lane, failures: [String] = []) throws
        -> Evaluation
    {
        let text = "objectives: [{sli: x, pass: [{criteria: [<10]}]}]\ntotal_score: {pass: 90%}\n"
        let now = Timestamp(milliseconds: 1_800_000_000_123)
        let window = try #require(TimeWindow(start: now, end: now))
        return try Evaluation(
            Evidence(
                id: id,
                lane: lane,
                labels: ["a": "b"],
                window: window,
                slo: .init(path: "slo.yaml", sha256: "00", text: text),
                observations: [
                    Observation(IndicatorValue(metric: "x", outcome: .value(value)), query: "x", provider: "p")
                ],
                baselines: [],
                failures: failures
            )
        )
    }

    private func append(_ evaluation: Evaluation, to journal: Journal) throws {
        let time = Timestamp(milliseconds: 1_800_000_000_123)
        try journal.record(try evaluation.event(context: "c", at: time)) { time }
    }

    @Test("gives the evidence of an evaluation back, and its document byte for byte")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let stored = try evaluation("one", value: 0.1 + 0.2)
        try append(stored, to: try Journal(directory: folder.path))
        let found = try #require(try Journal(directory: folder.path).evaluation("one"))
        #expect(found.evidence == stored.evidence)
        #expect(try found.document == stored.json)
        #expect(try Evaluation(found.evidence).json == found.document)
    }

    @Test("writes so that a commit survives the loss of power")
    func durability() throws {
        let folder = try TemporaryFolder()
        for _ in 0..<2 {
            let journal = try Journal(directory: folder.path)
            #expect(try journal.database.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
            #expect(try journal.database.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        }
    }

    @Test("finds an evaluation by the beginning of its id, if that names one only")
    func prefix() throws {
        let folder = try TemporaryFolder()
        let journal = try Journal(directory: folder.path)
        for id in ["abcd-1", "abcd-2", "wxyz-1"] { try append(try evaluation(id, value: 1), to: journal) }
        #expect(try journal.evaluation("wxyz")?.evidence.id == "wxyz-1")
        #expect(try journal.evaluation("abcd") == nil)
        #expect(try journal.evaluation("wx") == nil)
        #expect(try journal.evaluation("abcd-2")?.evidence.id == "abcd-2")
    }

    @Test("serves the history of a lane, newest first, chosen before it is limited")
    func history() throws {
        let folder = try TemporaryFolder()
        let journal = try Journal(directory: folder.path)
        let other = Lane(project: "shop", stage: "prod", service: "orders")
        try append(try evaluation("pass1", value: 1), to: journal)
        try append(try evaluation("fail1", value: 11), to: journal)
        try append(try evaluation("other", value: 2, lane: other), to: journal)
        try append(try evaluation("pass2", value: 3), to: journal)
        try append(try evaluation("broken", value: 4, failures: ["no provider"]), to: journal)
        func ids(_ inclusion: Comparison.Inclusion, _ limit: Int) throws -> [String?] {
            try journal.baselines(of: Self.lane, Comparison(limit: limit, inclusion: inclusion)).map(\.id)
        }
        #expect(try ids(.pass, 3) == ["pass2", "pass1"])
        #expect(try ids(.all, 3) == ["pass2", "fail1", "pass1"])
        #expect(try ids(.all, 1) == ["pass2"])
        #expect(try journal.baselines(of: Self.lane, Comparison(limit: 1))[0].values[0].value == 3)
    }

    @Test("lists evaluations by pages, newest first")
    func list() throws {
        let folder = try TemporaryFolder()
        let journal = try Journal(directory: folder.path)
        for number in 1...5 { try append(try evaluation("e\(number)", value: 1), to: journal) }
        let first = try journal.evaluations(project: "shop", stage: nil, service: nil, limit: 2)
        #expect(first.map(\.id) == ["e5", "e4"])
        let second = try journal.evaluations(
            project: nil,
            stage: nil,
            service: nil,
            before: first[1].position,
            limit: 10
        )
        #expect(second.map(\.id) == ["e3", "e2", "e1"])
        #expect(try journal.evaluations(project: "x", stage: nil, service: nil, limit: 10).isEmpty)
    }

    @Test("keeps an event once: another with the same source and id is nothing")
    func duplicate() throws {
        let folder = try TemporaryFolder()
        let journal = try Journal(directory: folder.path)
        try append(try evaluation("one", value: 1), to: journal)
        try append(try evaluation("one", value: 2), to: journal)
        let kept = try journal.baselines(of: Self.lane, Comparison(limit: 9))
        #expect(kept.map { $0.values[0].value } == [1])
    }

    @Test("of a newer version, or of another program, is refused and left as it was")
    func foreign() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/tidegate.db"
        try append(try evaluation("one", value: 1), to: try Journal(directory: folder.path))
        try DatabaseQueue(path: path).write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 the future')")
        }
        #expect(
            message { try Journal(directory: folder.path) }
                == "\(path) was written by a newer version of tidegate; nothing in it was changed. Update this one"
        )
        let other = try TemporaryFolder()
        let otherPath = other.path + "/tidegate.db"
        try DatabaseQueue(path: otherPath).write { try $0.execute(sql: "CREATE TABLE t (a)") }
        let before = try Data(contentsOf: URL(filePath: otherPath))
        #expect(
            message { try Journal(directory: other.path) }
                == "\(otherPath) is a database of another program; nothing in it was changed. Use another `--data-dir`"
        )
        #expect(try Data(contentsOf: URL(filePath: otherPath)) == before)
    }

    @Test("that is no SQLite file is refused and left as it was")
    func noDatabase() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "not a database\n", count: 100)
        let path = try folder.write("tidegate.db", text)
        #expect(
            message { try Journal(directory: folder.path) }
                == "\(path) is not an SQLite database; nothing in it was changed. Use another `--data-dir`"
        )
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    private func message(_ body: () throws -> Journal) -> String {
        do {
            _ = try body()
            return "opened"
        } catch {
            return "\(error)"
        }
    }
}
