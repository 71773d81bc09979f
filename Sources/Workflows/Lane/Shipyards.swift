/// The shipyards that a decision may need.
public protocol Shipyards {
    /// What a new sequence of a project runs by; nil where no shipyard was applied.
    func current(of project: String) -> (sha256: String, shipyard: Shipyard)?
    /// The version that a sequence started with.
    func version(_ sha256: String) -> Shipyard?
}

extension Shipyards {
    /// The definition that a sequence of a lane starts with, and the version of the shipyard that has it.
    ///
    /// A project without a shipyard has the built-in sequence in every stage: a gate needs no more.
    func definition(of run: Run) -> (sha256: String, sequence: Shipyard.Sequence)? {
        guard let (sha256, shipyard) = current(of: run.lane.project) else {
            return run.sequence == Shipyard.evaluation.name ? ("", Shipyard.evaluation) : nil
        }
        return shipyard.sequence(run.sequence, in: run.lane.stage).map { (sha256, $0) }
    }

    /// The definition that a sequence goes on with.
    func definition(_ sha256: String, of run: Run) -> Shipyard.Sequence? {
        guard !sha256.isEmpty else { return Shipyard.evaluation }
        return version(sha256)?.sequence(run.sequence, in: run.lane.stage)
    }
}
