import ArgumentParser

/// What ends the program with 1 beside a failure.
enum FailOn: String, ExpressibleByArgument, CaseIterable { case warning }
