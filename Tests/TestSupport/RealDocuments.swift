import Foundation

/// Documents of the format's users, which stand beside the project where they are there at all.
public enum RealDocuments {
    private static let folder = Repository.root.appending(path: "../shared/real").standardized

    public static let areThere = FileManager.default.fileExists(atPath: folder.path)

    /// All of a kind, in the order of their names.
    public static func of(kind: String) throws -> [(name: String, text: String)] {
        let folder = folder.appending(path: kind)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
    }
}
