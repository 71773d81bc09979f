import Foundation

/// An evaluation as the program prints it with `--output json`, as far as tests look at it.
struct PrintedEvaluation: Decodable {
    struct Objective: Decodable {
        let sli: String
        let status: String
        let value: Double?
        let success: Bool
        let message: String
        let query: String?
        let comparedValue: Double?
    }

    let id: String
    let result: String
    let status: String
    let score: Double
    let comparedWith: [String]
    let objectives: [Objective]
    let reason: String
    let warnings: [String]

    init(_ text: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    }
}
