import Documents

/// Reads the documents of one run, so that what is wrong with any of them is said at once.
struct DocumentReader {
    private var diagnostics: [Diagnostic] = []

    /// - Returns: nil where it can't be read; ``finish()`` then throws.
    mutating func read<Value>(
        _ path: String,
        limit: Int = Limits.bytes,
        _ decode: (InputFile) -> Reading<Value>
    ) -> Value? {
        do throws(Failure) {
            let reading = decode(try InputFile(path, limit: limit))
            diagnostics += reading.diagnostics
            return reading.value
        } catch {
            diagnostics += error.diagnostics
            return nil
        }
    }

    /// Says what is odd on standard error.
    ///
    /// - Throws: ``Failure`` with everything, where there was an error.
    func finish() throws(Failure) {
        guard diagnostics.contains(where: { $0.severity == .error }) else {
            return Terminal.complain(diagnostics.map(\.description))
        }
        throw .invalid(diagnostics)
    }
}
