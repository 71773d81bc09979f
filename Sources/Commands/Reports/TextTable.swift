/// Columns of text, as wide as what is in them.
struct TextTable {
    enum Alignment { case left, right }

    private let columns: [Alignment]
    private var rows: [[String]] = []

    init(columns: [Alignment]) {
        self.columns = columns
    }

    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    /// How wide each column is.
    var widths: [Int] {
        columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    }

    /// A line a row, columns two spaces apart, nothing after the last one.
    var lines: [String] {
        let widths = widths
        return rows.map { row in
            let cells = row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column] == .left ? row[column] + space : space + row[column]
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    var text: String { lines.joined(separator: "\n") + "\n" }
}
