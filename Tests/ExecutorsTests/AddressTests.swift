import Foundation
import Testing

@testable import Outbound

@Suite("An address")
struct AddressTests {
    @Test(
        "is known for what it is, however it is written",
        arguments: [
            ("127.0.0.1", Address.Place.loopback), ("2130706433", .loopback), ("017700000001", .loopback),
            ("0x7f000001", .loopback), ("0177.0.0.1", .loopback), ("127.1", .loopback), ("127.255.1.2", .loopback),
            ("[::1]", .loopback), ("[::ffff:127.0.0.1]", .loopback), ("[::ffff:7f00:1]", .loopback),
            ("[::127.0.0.1]", .loopback), ("[64:ff9b::7f00:1]", .loopback), ("[2002:7f00:1::]", .loopback),
            ("169.254.169.254", .linkLocal), ("2852039166", .linkLocal), ("0xa9fea9fe", .linkLocal),
            ("0251.0376.0251.0376", .linkLocal), ("[::ffff:169.254.169.254]", .linkLocal), ("[fe80::1]", .linkLocal),
            ("[fd00:ec2::254]", .metadata), ("100.100.100.200", .metadata), ("192.0.0.192", .metadata),
            ("0.0.0.0", .unusable), ("0", .unusable), ("[::]", .unusable), ("224.0.0.1", .unusable),
            ("255.255.255.255", .unusable), ("[ff02::1]", .unusable), ("localhost", .loopback),
        ]
    )
    func places(text: String, place: Address.Place) async throws {
        let addresses = try await Resolver.addresses(of: text)
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.place == place }, "\(addresses)")
    }

    @Test("that anybody may have is none of these", arguments: ["10.0.0.1", "192.0.2.7", "[2001:db8::1]", "8.8.8.8"])
    func others(text: String) async throws {
        #expect(try await Resolver.addresses(of: text).allSatisfy { $0.place == nil })
    }
}
