/// A place in a text: line and column, both counted from 1, columns in Unicode scalars.
public struct Position: Hashable, Comparable, Sendable {
    public let line: Int
    public let column: Int

    public static let start = Position(line: 1, column: 1)

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
