/// The beginning and the end of what a program says: what there is to be read later, however much that was.
struct Capture: Sendable, Equatable {
    /// Bytes of each.
    static let limit = 64 << 10

    private(set) var head: [UInt8] = []
    private var tail: [UInt8] = []
    private(set) var count = 0

    mutating func append(_ bytes: some Collection<UInt8>) {
        count += bytes.count
        let room = Self.limit - head.count
        head.append(contentsOf: bytes.prefix(room))
        tail.append(contentsOf: bytes.dropFirst(room))
        // Not each time: moving bytes costs.
        if tail.count > 2 * Self.limit { tail.removeFirst(tail.count - Self.limit) }
    }

    /// How many bytes between them were left out.
    var omitted: Int { max(0, count - head.count - min(tail.count, Self.limit)) }

    /// All that there was; nil where something was left out.
    var whole: [UInt8]? { omitted == 0 ? head + tail : nil }

    var text: String {
        let end = tail.suffix(Self.limit)
        let gap = omitted > 0 ? "\n… \(omitted) bytes left out …\n" : ""
        return String(decoding: head, as: UTF8.self) + gap + String(decoding: end, as: UTF8.self)
    }
}
