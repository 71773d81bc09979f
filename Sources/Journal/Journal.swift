import Foundation
import GRDB

/// The SQLite file that keeps every event, and what is derived from the events.
///
/// What was appended survives the death of the process and of the machine: WAL with `synchronous=FULL`. Several
/// processes may use the file at once, unless a server holds it.
public final class Journal: Sendable {
    /// The name of the file in a data directory.
    public static let fileName = "tidegate.db"

    /// Who uses the journal.
    public enum Use: Sendable {
        /// A program that does one thing; others may do theirs at the same time.
        case shared
        /// The server: nobody else, and many readers beside the one who writes.
        case server
    }

    let database: any DatabaseWriter
    let path: String
    /// Held as long as the journal is open, so that a server does not start meanwhile.
    private let lock: FileLock

    /// Opens the journal of a data directory; both are made where they are missing.
    ///
    /// - Throws: ``JournalFailure`` where the directory can't be written to, a server holds it, or the file is not a
    ///   journal, damaged, or of a newer version. The file is then as it was.
    public init(directory: String, for use: Use = .shared) throws(JournalFailure) {
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
        let mode: FileLock.Mode = use == .server ? .exclusive : .shared
        guard let lock = try Self.lock(directory + "/server.lock", mode) else {
            throw use == .server ? .heldByAnother(directory) : .heldByServer(directory)
        }
        self.lock = lock
        database = try Self.open(path, directory: directory, for: use)
    }

    private static func lock(
        _ path: String,
        _ mode: FileLock.Mode,
        patience: Duration = .zero
    ) throws(JournalFailure) -> FileLock? {
        do throws(FileLock.Unavailable) {
            return try FileLock(path, mode, patience: patience)
        } catch {
            throw JournalFailure("\(path) can't be written to: \(error.reason)")
        }
    }

    /// Two processes that start at once must not both create the file, so opening is one at a time.
    private static func open(
        _ path: String,
        directory: String,
        for use: Use
    ) throws(JournalFailure) -> any DatabaseWriter {
        guard let opening = try lock(directory + "/open.lock", .exclusive, patience: .seconds(30)) else {
            throw JournalFailure("\(directory): another process has been opening \(fileName) for 30 s; try again")
        }
        defer { withExtendedLifetime(opening) {} }
        do {
            // Evidence is not for everybody to read; SQLite gives its other files the same rights.
            if !FileManager.default.fileExists(atPath: path),
                !FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            {
                throw JournalFailure("\(path) can't be made: check that the folder is yours and has room")
            }
            var configuration = Configuration()
            configuration.busyMode = .timeout(30)
            let database: any DatabaseWriter =
                use == .server
                ? try DatabasePool(path: path, configuration: configuration)
                : try DatabaseQueue(path: path, configuration: configuration)
            let isCurrent = try database.writeWithoutTransaction { db in
                try inspect(db, path: path)
                // Not by GRDB's own setting, which makes it `synchronous = NORMAL`: that loses commits with the power.
                try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
                guard try !Schema.migrations.hasCompletedMigrations(db) else { return true }
                try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
                return false
            }
            if !isCurrent { try Schema.migrations.migrate(database) }
            return database
        } catch let failure as JournalFailure {
            throw failure
        } catch {
            throw JournalFailure(error, path: path)
        }
    }

    /// Looks at a file without changing it: whether it is a journal that this version can use.
    static func inspect(_ db: Database, path: String) throws {
        let applicationID = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        guard applicationID == Schema.applicationID || isEmpty else { throw JournalFailure.foreign(path) }
        guard try !Schema.migrations.hasBeenSuperseded(db) else { throw JournalFailure.newer(path) }
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
        let value: Value
        do {
            value = try database.write(body)
        } catch {
            throw JournalFailure(error, path: path)
        }
        // Whoever took the file away took what was just written with it, and SQLite does not notice.
        guard FileManager.default.fileExists(atPath: path) else {
            throw JournalFailure("\(path) was removed while it was in use")
        }
        return value
    }
}

extension Error {
    fileprivate var reason: String {
        let error = self as NSError
        return (error.userInfo[NSUnderlyingErrorKey] as? NSError)?.localizedDescription ?? error.localizedDescription
    }
}
