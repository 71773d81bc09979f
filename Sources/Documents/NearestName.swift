extension String {
    /// The one of these names that a person most likely meant, or nil where none is near.
    ///
    /// Near is an edit distance (Levenshtein, with swapped neighbours counted once) of at most a third of the length.
    public func nearest(among names: some Sequence<String>) -> String? {
        let limit = Swift.max(1, count / 3)
        guard count <= 64 else { return nil }
        // Nobody has so many names; a file that was made to cost time may.
        return names.prefix(1000).map { (name: $0, distance: distance(to: $0)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// ", did you mean `x`?" for the nearest of these names, or nothing.
    public func suggestion(among names: some Sequence<String>) -> String {
        nearest(among: names).map { ", did you mean `\($0)`?" } ?? ""
    }

    private func distance(to other: String) -> Int {
        let left = Array(lowercased())
        let right = Array(other.lowercased())
        guard !left.isEmpty, !right.isEmpty else { return Swift.max(left.count, right.count) }
        var rows = [Array(0...right.count)]
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let substitution = rows[row - 1][column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
                var best = Swift.min(rows[row - 1][column] + 1, current[column - 1] + 1, substitution)
                let swapped =
                    row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1]
                if swapped { best = Swift.min(best, rows[row - 2][column - 2] + 1) }
                current.append(best)
            }
            rows.append(current)
        }
        return rows[left.count][right.count]
    }
}
