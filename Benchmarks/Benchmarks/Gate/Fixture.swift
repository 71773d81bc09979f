import Events
import Foundation
import Objectives

/// Ten objectives, their values, and five earlier results.
enum Fixture {
    static let names = (0..<10).map { "response_time_of_endpoint_\($0)" }

    static let text = """
        spec_version: "1.0"
        comparison:
          compare_with: several_results
          number_of_comparison_results: 5
          include_result_with_score: pass
          aggregate_function: p90
        objectives:
        \(names.map(objective).joined(separator: "\n"))
        total_score:
          pass: "90%"
          warning: "75%"
        indicators:
        \(names.map { "  \($0): avg(response_time{job=\"$SERVICE\",endpoint=\"\($0)\"})" }.joined(separator: "\n"))
        """

    private static func objective(_ name: String) -> String {
        """
          - sli: \(name)
            displayName: "\(name)"
            weight: 2
            pass:
              - criteria: ["<=+10%", "<600"]
            warning:
              - criteria: ["<=800"]
        """
    }

    static let values = names.enumerated().map {
        IndicatorValue(metric: $0.element, outcome: .value(Double(200 + $0.offset)))
    }

    static let earlier = (0..<5).map { run in
        EarlierResult(
            id: nil,
            result: .pass,
            values: names.enumerated().map {
                IndicatorValue(metric: $0.element, outcome: .value(Double(190 + $0.offset + run)))
            }
        )
    }

    /// The files of a whole-process run, in a folder of their own.
    static let folder: String = {
        let folder = NSTemporaryDirectory() + "tidegate-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let json = "[" + names.map { "{\"metric\":\"\($0)\",\"value\":200}" }.joined(separator: ",") + "]"
        let many = (0..<100).map { "i\($0)" }
        let slow = """
            objectives: [\(many.map { "{sli: \($0), pass: [{criteria: ['<5']}]}" }.joined(separator: ", "))]
            indicators: {\(many.map { "\($0): \($0)" }.joined(separator: ", "))}
            total_score: {pass: 90%}
            """
        for (name, text) in [("slo.yaml", text), ("values.json", json), ("slow.yaml", slow)] {
            try? Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        return folder
    }()
}
