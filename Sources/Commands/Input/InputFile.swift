import Documents
import Foundation

/// A text that a command was pointed at: a file, or standard input for `-`.
struct InputFile {
    let name: String
    let text: String

    /// - Parameters:
    ///   - path: The file, or `-`.
    ///   - limit: How many bytes it may have.
    /// - Throws: ``Failure`` with the reason in words.
    init(_ path: String, limit: Int = Limits.bytes) throws(Failure) {
        name = path == "-" ? "<stdin>" : path
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw Self.unreadable(path, "there is no such file")
            }
            guard !isFolder.boolValue else { throw Self.unreadable(path, "this is a folder; name a file in it") }
            guard let file = FileHandle(forReadingAtPath: path) else {
                throw Self.unreadable(path, "it can't be read; check its permissions")
            }
            handle = file
        }
        var data = Data()
        do {
            while data.count <= limit, let part = try handle.read(upToCount: limit + 1 - data.count), !part.isEmpty {
                data += part
            }
        } catch {
            throw Self.unreadable(name, "it can't be read: \(error.localizedDescription)")
        }
        guard data.count <= limit else { throw Self.unreadable(name, "it is larger than \(limit >> 20) MiB") }
        // Not Foundation's decoding, which takes a byte-order mark off: the digest is of the bytes.
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Failure.invalid([
                Diagnostic(
                    file: name,
                    position: Self.firstInvalid(in: data),
                    severity: .error,
                    message: "this is not UTF-8; save the file in that encoding"
                )
            ])
        }
        self.text = text
    }

    private static func unreadable(_ name: String, _ reason: String) -> Failure {
        .invalid([Diagnostic(file: name, position: .start, severity: .error, message: reason)])
    }

    /// Where the bytes stop being UTF-8.
    private static func firstInvalid(in data: Data) -> Position {
        let repaired = String(decoding: data, as: UTF8.self)
        var line = 1
        var column = 1
        for scalar in repaired.unicodeScalars {
            if scalar == "\u{FFFD}" { break }
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return Position(line: line, column: column)
    }
}
