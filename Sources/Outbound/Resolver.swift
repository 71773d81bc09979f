import Foundation
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Finds the addresses of a host, as the system does: names, and every way in which an address can be written.
enum Resolver {
    /// - Throws: ``HTTPFault`` where the host has none.
    static func addresses(of host: String) async throws -> [Address] {
        try await NIOThreadPool.singleton.runIfActive { try lookUp(host) }
    }

    private static func lookUp(_ host: String) throws(HTTPFault) -> [Address] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let status = getaddrinfo(name, nil, &hints, &found)
        guard status == 0 else {
            throw HTTPFault(
                "the host `\(host)` has no address: \(String(cString: gai_strerror(status)))",
                isRetried: true
            )
        }
        defer { freeaddrinfo(found) }
        var addresses: [Address] = []
        var next = found
        while let info = next {
            switch info.pointee.ai_family {
            case AF_INET:
                info.pointee.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    withUnsafeBytes(of: address.pointee.sin_addr) { addresses.append(Address(bytes: Array($0))) }
                }
            case AF_INET6:
                info.pointee.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    withUnsafeBytes(of: address.pointee.sin6_addr) { addresses.append(Address(bytes: Array($0))) }
                }
            default: break
            }
            next = info.pointee.ai_next
        }
        return addresses
    }
}
