/// A key that a kind of mapping may have: what the decoder accepts and what the reference documents, in one place.
public struct Field: Sendable {
    /// What becomes of the key.
    public enum Treatment: Sendable, Equatable {
        case required
        case optional
        /// Read and left out of account, as Keptn did; the text says so and what to write instead.
        case ignored(advice: String)
        /// Known, and an error; the text says why.
        case refused(advice: String)
    }

    public let name: String
    /// What a value looks like, for the reference: "text", "`pass` or `all`".
    public let form: String
    /// What is assumed where it is absent, for the reference; empty where nothing is.
    public let defaultValue: String
    /// What it means, in a sentence.
    public let summary: String
    public let treatment: Treatment

    public init(
        _ name: String,
        _ form: String,
        is treatment: Treatment = .optional,
        default defaultValue: String = "",
        _ summary: String
    ) {
        self.name = name
        self.form = form
        self.defaultValue = defaultValue
        self.summary = summary
        self.treatment = treatment
    }
}
