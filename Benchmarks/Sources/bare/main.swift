import Foundation
import Yams

/// The least that a Swift program can do with an SLO file and a file of values: read both.
let files = CommandLine.arguments.dropFirst().map { FileManager.default.contents(atPath: $0) ?? Data() }
let document = try Yams.load(yaml: String(decoding: files[0], as: UTF8.self))
let values = try JSONSerialization.jsonObject(with: files[1])
print(document == nil ? "nothing" : "read", (values as? [Any])?.count ?? 0)
