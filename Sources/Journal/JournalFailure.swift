import Foundation
import GRDB

/// Why the journal can't be used; says what is wrong with which file, and what to do.
public struct JournalFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    static func heldByServer(_ directory: String) -> Self {
        Self("a running server holds \(directory): use `--server URL`, or another `--data-dir`")
    }

    static func heldByAnother(_ directory: String) -> Self {
        Self("\(directory) is in use by another server or by a command that has not ended; two can't share it")
    }

    static func foreign(_ path: String) -> Self {
        Self("\(path) is a database of another program; nothing in it was changed. Use another `--data-dir`")
    }

    static func newer(_ path: String) -> Self {
        Self("\(path) was written by a newer version of tidegate; nothing in it was changed. Update this one")
    }

    /// What SQLite's error means for the one who runs the program.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self.init("\(path): \(error.localizedDescription)")
            return
        }
        let full = "can't grow: the disk is full. Make room; what was stored before is unharmed"
        let advice =
            switch error.resultCode {
            case .SQLITE_NOTADB: "is not an SQLite database; nothing in it was changed. Use another `--data-dir`"
            case .SQLITE_CORRUPT: "is damaged; restore it from a backup"
            case .SQLITE_READONLY: "can't be written to: the file or its folder is read-only"
            case .SQLITE_FULL: full
            // The index of the write-ahead log could not grow.
            case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: full
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
                "can't be opened: check that the folder exists and is yours"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "is in use by other processes and did not become free in time; try again"
            case .SQLITE_IOERR: "can't be read or written: the disk reports an error (\(error.extendedResultCode))"
            default: "failed: \(error.message ?? error.resultCode.description)"
            }
        self.init("\(path) \(advice)")
    }
}
