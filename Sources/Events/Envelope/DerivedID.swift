import Crypto

/// Ids that are derived from a cause: UUIDs of version 5 (RFC 9562, section 5.5).
public enum DerivedID {
    /// - Parameters:
    ///   - name: What happens.
    ///   - cause: The id of the event that it follows from; any text.
    /// - Returns: The same id for the same name and cause, in lower case.
    public static func make(_ name: String, from cause: String) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: namespace)
        hash.update(data: Array(cause.utf8))
        // No id has a line feed, so that no two pairs make the same text.
        hash.update(data: [0x0A])
        hash.update(data: Array(name.utf8))
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// 9f7cbb3e-5b1c-4f0e-8a37-3d1f0c6f2b11, made for this.
    private static let namespace: [UInt8] = [
        0x9F, 0x7C, 0xBB, 0x3E, 0x5B, 0x1C, 0x4F, 0x0E, 0x8A, 0x37, 0x3D, 0x1F, 0x0C, 0x6F, 0x2B, 0x11,
    ]
}
