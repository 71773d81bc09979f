import ArgumentParser
import Documents
import Events

/// Which service in which stage of which project is meant.
struct LaneOptions: ParsableArguments {
    @Option(help: "The project.")
    var project: String

    @Option(help: "The stage.")
    var stage: String

    @Option(help: "The service.")
    var service: String

    var json: JSON { ["project": .text(project), "stage": .text(stage), "service": .text(service)] }
}

/// Labels, for the record and for queries.
struct LabelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A label, for `$LABEL.name` in queries and for the record.", valueName: "name=value"))
    var label: [String] = []

    /// - Throws: ``Failure`` where one is not `name=value`, or two have one name.
    func labels() throws(Failure) -> [String: String] {
        var labels: [String: String] = [:]
        for pair in label {
            guard let middle = pair.firstIndex(of: "="), middle != pair.startIndex else {
                throw .usage("`--label \(pair.abbreviated)`: expected `name=value`")
            }
            let name = String(pair[..<middle])
            guard !labels.keys.contains(where: { $0.lowercased() == name.lowercased() }) else {
                throw .usage("two labels are called `\(name.abbreviated)`; in queries their case makes no difference")
            }
            labels[name] = String(pair[pair.index(after: middle)...])
        }
        return labels
    }
}
