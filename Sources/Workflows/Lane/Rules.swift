import Events

/// What decisions are made by: shipyards, what is done about problems, and how much of that.
public protocol Rules {
    /// What a new sequence of a project runs by; nil where no shipyard was applied.
    func current(of project: String) -> (sha256: String, shipyard: Shipyard)?
    /// The version that a sequence started with.
    func version(_ sha256: String) -> Shipyard?
    /// What is done about problems in a lane: the most specific file.
    func remediation(in lane: Lane) -> Remediation?
    /// How much a project lets be done.
    func limits(of project: String) -> RemediationLimits
    /// Why nothing may be done about problems now; nil where it may.
    func freeze(of project: String) -> String?
}

extension Rules {
    public func remediation(in lane: Lane) -> Remediation? { nil }
    public func limits(of project: String) -> RemediationLimits { RemediationLimits() }
    public func freeze(of project: String) -> String? { nil }

    /// The definition that a sequence of a lane starts with, and the version of the shipyard that has it.
    ///
    /// A project without a shipyard has the built-in sequence in every stage: a gate needs no more.
    func definition(of run: Run) -> (sha256: String, sequence: Shipyard.Sequence)? {
        guard let (sha256, shipyard) = current(of: run.lane.project) else {
            return Shipyard.builtIn(run.sequence).map { ("", $0) }
        }
        return shipyard.sequence(run.sequence, in: run.lane.stage).map { (sha256, $0) }
    }

    /// The definition that a sequence goes on with.
    func definition(_ sha256: String, of run: Run) -> Shipyard.Sequence? {
        guard !sha256.isEmpty else { return Shipyard.builtIn(run.sequence) }
        return version(sha256)?.sequence(run.sequence, in: run.lane.stage)
    }
}
