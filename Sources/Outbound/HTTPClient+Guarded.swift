import AsyncHTTPClient
import NIOCore

extension HTTPClient.Configuration {
    /// Lets no connection be made to a link-local or a metadata address, whatever name led there: what is looked at is the
    /// address that is connected to. Spans are ours to make, not the client's.
    public var guarded: Self {
        var configuration = self
        configuration.tracing.tracer = nil
        configuration.http1_1ConnectionDebugInitializer = Self.check
        configuration.http2ConnectionDebugInitializer = Self.check
        return configuration
    }

    @Sendable private static func check(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let remote = channel.remoteAddress, let place = Address(remote)?.place, place != .loopback else {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        let text = remote.ipAddress ?? "the address"
        return channel.eventLoop.makeFailedFuture(HTTPFault("\(text) is \(place.rawValue): this is not reached"))
    }
}

extension Address {
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let four): self.init(bytes: withUnsafeBytes(of: four.address.sin_addr) { Array($0) })
        case .v6(let six): self.init(bytes: withUnsafeBytes(of: six.address.sin6_addr) { Array($0) })
        case .unixDomainSocket: return nil
        }
    }
}
