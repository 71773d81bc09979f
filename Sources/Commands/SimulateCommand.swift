import ArgumentParser
import Documents
import Events
import Workflows

/// `tidegate simulate`: what a shipyard would do.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run a shipyard in memory, and print what would happen.",
        discussion: """
            Every task passes at once, unless --result says otherwise: pass, warning, fail, or none, for which nobody answers. \
            Several results with commas are for one attempt each. No server is asked, and nothing is kept.

            EXAMPLES
              tidegate simulate shipyard.yaml staging.delivery
              tidegate simulate shipyard.yaml staging.delivery --result evaluation=fail
              tidegate simulate shipyard.yaml staging.delivery --result production.delivery.deployment=fail,pass
            """
    )

    @Argument(help: ArgumentHelp("The shipyard.", valueName: "file"), completion: .file())
    var file: String

    @Argument(help: ArgumentHelp("The sequence to trigger.", valueName: "stage.sequence"))
    var sequence: String

    @Option(help: ArgumentHelp("What a task comes to; others pass.", valueName: "task=result"))
    var result: [String] = []

    func run() throws {
        var reader = DocumentReader()
        let shipyard = reader.read(file) { Shipyard.read($0.text, file: $0.name) }
        try reader.finish()
        guard let shipyard else { return }
        guard let dot = sequence.firstIndex(of: ".") else {
            throw Failure.usage("`\(sequence.abbreviated)`: expected STAGE.SEQUENCE such as staging.delivery")
        }
        let stage = String(sequence[..<dot])
        let name = String(sequence[sequence.index(after: dot)...])
        guard shipyard.sequence(name, in: stage) != nil else {
            let known = shipyard.stages.flatMap { stage in stage.sequences.map { "\(stage.name).\($0.name)" } }
            throw Failure.usage("there is no sequence `\(sequence.abbreviated)`\(sequence.suggestion(among: known))")
        }
        var rehearsal = Rehearsal(shipyard, answers: try answers(shipyard))
        let isOver = rehearsal.run(name, in: stage)
        var table = TextTable(columns: [.right, .left, .left])
        for line in rehearsal.lines { table.add([line.time.text, line.stage, line.text]) }
        try Terminal.print(table.text)
        if !isOver { Terminal.complain(["tidegate: warning: this goes on for ever; only its beginning is shown"]) }
    }

    private func answers(_ shipyard: Shipyard) throws(Failure) -> [String: [Rehearsal.Answer]] {
        var answers: [String: [Rehearsal.Answer]] = [:]
        let tasks = shipyard.stages.flatMap { stage in
            stage.sequences.flatMap { sequence in
                sequence.tasks.flatMap { [$0.name, "\(stage.name).\(sequence.name).\($0.name)"] }
            }
        }
        for pair in result {
            guard let middle = pair.firstIndex(of: "=") else {
                throw .usage("`--result \(pair.abbreviated)`: expected TASK=RESULT such as evaluation=fail")
            }
            let task = String(pair[..<middle])
            guard tasks.contains(task) || task == Sequencer.evaluation else {
                throw .usage(
                    "`--result \(pair.abbreviated)`: there is no task `\(task.abbreviated)`\(task.suggestion(among: tasks))"
                )
            }
            var list: [Rehearsal.Answer] = []
            for text in pair[pair.index(after: middle)...].split(separator: ",", omittingEmptySubsequences: false) {
                guard let answer = Rehearsal.Answer(rawValue: String(text)) else {
                    throw .usage("`--result \(pair.abbreviated)`: a result is pass, warning, fail or none")
                }
                list.append(answer)
            }
            answers[task] = list
        }
        return answers
    }
}
