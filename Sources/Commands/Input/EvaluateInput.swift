import Documents
import Indicators
import Objectives
import Workflows

/// The documents that an evaluation is made of, all read.
struct EvaluateInput {
    let slo: SLO
    let sloFile: InputFile
    /// Of the SLI files, the most specific last.
    let indicators: [Indicator]
    let projects: [Project]
    let values: [Observation]?
    let history: [Evidence.Baseline]?

    /// - Throws: ``Failure`` with all that is wrong in any of them.
    init(_ command: EvaluateCommand) throws(Failure) {
        var reader = DocumentReader()
        let slo = reader.read(command.slo) { file in
            SLO.read(file.text, file: file.name).map { (slo: $0, file: file) }
        }
        let sources = command.sli.compactMap { path in
            reader.read(path) { SLI.read($0.text, file: $0.name) }
        }
        indicators = SLI.merge(sources)
        projects = command.projectFiles.compactMap { path in
            reader.read(path) { Project.read($0.text, file: $0.name) }
        }
        values = command.values.flatMap { reader.read($0, limit: ResultsFile.limit, ResultsFile.values) }
        history = command.history.flatMap { reader.read($0, limit: ResultsFile.limit, ResultsFile.history) }
        try reader.finish()
        guard let slo else { preconditionFailure("a document without errors has a value") }
        self.slo = slo.slo
        sloFile = slo.file
    }
}
