/// Writes an event's JSON form: attributes first, the data last.
struct EnvelopeWriter {
    private var writer = JSONWriter()

    init() { writer.raw(#"{"specversion":"1.0""#) }

    mutating func attribute(_ name: String, _ value: String) {
        writer.raw(",")
        writer.string(name)
        writer.raw(":")
        writer.string(value)
    }

    /// An attribute whose value is JSON already.
    mutating func attribute(_ name: String, json: some Sequence<UInt8>) {
        writer.raw(",")
        writer.string(name)
        writer.raw(":")
        writer.raw(json)
    }

    /// - Returns: The whole event, and where its data stands.
    mutating func finish(data: some Collection<UInt8>) -> (body: [UInt8], data: Range<Int>) {
        guard !data.isEmpty else {
            writer.raw("}")
            return (writer.bytes, writer.bytes.count - 1..<writer.bytes.count - 1)
        }
        writer.raw(#","data":"#)
        let start = writer.bytes.count
        writer.raw(data)
        let end = writer.bytes.count
        writer.raw("}")
        return (writer.bytes, start..<end)
    }
}
