import Foundation
import GRDB

/// The SQLite file that keeps every event, and what is derived from the events.
///
/// What was appended survives the death of the process and of the machine: WAL with `synchronous=FULL`. Several
/// processes may use the file at once, unless a server holds it.
public final class Journal: Sendable {
    /// The name of the file in a data directory.
    public static let fileName = "tidegate.db"

    let database: DatabaseQueue
    let path: String
    /// Held as long as the journal is open, so that a server does not start meanwhile.
    private let lock: FileLock

    /// Opens the journal of a data directory; both are made where they are missing.
    ///
    /// - Throws: ``JournalFailure`` where the directory can't be written to, a server holds it, or the file is not a
    ///   journal, damaged, or of a newer version. The file is then as it was.
    public init(directory: String) throws(JournalFailure) {
        path = directory + "/" + Self.fileName
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw JournalFailure("\(directory) can't be made: \(error.reason)")
        }
        do throws(FileLock.Unavailable) {
            guard let lock = try FileLock(directory + "/server.lock", .shared, waits: false) else {
                throw .init(reason: "")
            }
            self.lock = lock
        } catch {
            throw error.reason.isEmpty
                ? .heldByServer(directory) : JournalFailure("\(directory) can't be written to: \(error.reason)")
        }
        database = try Self.open(path, directory: directory)
    }

    /// Two processes that start at once must not both create the file, so opening is one at a time.
    private static func open(_ path: String, directory: String) throws(JournalFailure) -> DatabaseQueue {
        let opening: FileLock?
        do throws(FileLock.Unavailable) {
            opening = try FileLock(directory + "/open.lock", .exclusive, waits: true)
        } catch {
            throw JournalFailure("\(directory) can't be written to: \(error.reason)")
        }
        defer { withExtendedLifetime(opening) {} }
        do {
            try inspect(path)
            var configuration = Configuration()
            configuration.busyMode = .timeout(30)
            configuration.journalMode = .wal
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let database = try DatabaseQueue(path: path, configuration: configuration)
            if try database.read({ try !Schema.migrations.hasCompletedMigrations($0) }) {
                try database.writeWithoutTransaction {
                    try $0.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
                }
                try Schema.migrations.migrate(database)
            }
            return database
        } catch let failure as JournalFailure {
            throw failure
        } catch {
            throw JournalFailure(error, path: path)
        }
    }

    /// Looks at a file without changing it: whether it is a journal that this version can use.
    private static func inspect(_ path: String) throws {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size > 0 else {
            return
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        try DatabaseQueue(path: path, configuration: configuration).read { db in
            let applicationID = try Int32.fetchOne(db, sql: "PRAGMA application_id")
            let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
            guard applicationID == Schema.applicationID || isEmpty else { throw JournalFailure.foreign(path) }
            guard try !Schema.migrations.hasBeenSuperseded(db) else { throw JournalFailure.newer(path) }
        }
    }

    /// Reads, and gives SQLite's errors in words.
    func read<Value>(_ body: (Database) throws -> Value) throws(JournalFailure) -> Value {
        do {
            return try database.read(body)
        } catch {
            throw JournalFailure(error, path: path)
        }
    }

    /// Writes in one transaction that begins by taking the write lock, and gives SQLite's errors in words.
    func write<Value>(_ body: (Database) throws -> Value) throws(JournalFailure) -> Value {
        do {
            return try database.write(body)
        } catch {
            throw JournalFailure(error, path: path)
        }
    }
}

extension Error {
    fileprivate var reason: String {
        let error = self as NSError
        return (error.userInfo[NSUnderlyingErrorKey] as? NSError)?.localizedDescription ?? error.localizedDescription
    }
}
