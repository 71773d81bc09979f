import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// What HTTP/1.1 asks of a server beside answering: to say that it waits for a body (RFC 9110, section 10.1.1), to close
/// where the client says so in any letters, and not to read a body for ever that is refused anyway.
final class ConnectionManners: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    /// More than the largest body that is taken.
    private static let bodyLimit = Limits.batch + (64 << 10)
    private var received = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            received = 0
            if head.headerFields[.connection]?.lowercased() == "close" { head.headerFields[.connection] = "close" }
            let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
            if head.headerFields[.expect]?.lowercased() == "100-continue", length <= Limits.batch {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let body):
            received += body.readableBytes
            guard received <= Self.bodyLimit else { return context.close(promise: nil) }
            context.fireChannelRead(data)
        case .end: context.fireChannelRead(data)
        }
    }
}
