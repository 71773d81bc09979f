/// What one document may cost: bounds on time and memory that no honest document comes near.
public enum Limits {
    /// The largest document, in bytes: 1 MiB.
    public static let bytes = 1 << 20
    /// How many levels of lists and mappings may stand in each other.
    public static let depth = 100
    /// How much aliases may add in all, in nodes; eight bytes of text count as one.
    public static let aliasedNodes = 100_000
    /// After how many errors reading stops: nobody reads more, and a file of nothing but mistakes must not cost much. So
    /// many warnings are kept, too.
    public static let errors = 200
}
