import Foundation

/// Where the project's own files stand.
public enum Repository {
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
}
