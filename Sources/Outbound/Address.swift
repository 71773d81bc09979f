/// An IP address, and what kind of place it is.
public struct Address: Sendable, Equatable {
    /// Four bytes or sixteen, in the order of the network.
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Where requests of a project may not go by themselves.
    public enum Place: String, Sendable {
        /// This machine.
        case loopback
        /// What no router forwards: neighbours, and the metadata services of clouds.
        case linkLocal = "link-local"
        /// Metadata services at other addresses.
        case metadata
        /// No address that one talks to: unspecified, multicast, broadcast.
        case unusable = "not an address of a server"
    }

    /// nil for an address that anybody may have.
    ///
    /// IPv6 addresses that stand for an IPv4 one (mapped, compatible, NAT64, 6to4) are what that one is.
    public var place: Place? {
        guard bytes.count == 16 else { return bytes.count == 4 ? Self.place(of: bytes) : .unusable }
        let embedded: [[UInt8]?] = [
            bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) ? Array(bytes[12...]) : nil,
            bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) ? Array(bytes[12...]) : nil,
            bytes.starts(with: [0x20, 0x02]) ? Array(bytes[2..<6]) : nil,
        ]
        for case let address? in embedded { if let place = Self.place(of: address) { return place } }
        let isLow = bytes.dropLast(4).allSatisfy { $0 == 0 }
        if isLow, bytes[12...].elementsEqual([0, 0, 0, 1]) { return .loopback }
        if isLow, bytes[12...].elementsEqual([0, 0, 0, 0]) { return .unusable }
        if isLow { return Self.place(of: Array(bytes[12...])) ?? .unusable }
        if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { return .linkLocal }
        if bytes[0] == 0xFF { return .unusable }
        if bytes.starts(with: [0xFD, 0x00, 0x0E, 0xC2]) { return .metadata }
        return nil
    }

    private static func place(of four: [UInt8]) -> Place? {
        switch (four[0], four[1], four[2], four[3]) {
        case (127, _, _, _): .loopback
        case (169, 254, _, _): .linkLocal
        case (100, 100, 100, 200), (192, 0, 0, 192): .metadata
        case (0, _, _, _), (224..., _, _, _): .unusable
        default: nil
        }
    }
}

extension Address: CustomStringConvertible {
    public var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: bytes.count - 1, by: 2)
            .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
