import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that answers as a test says, down to the byte, and remembers what it was asked.
public final class ScriptedServer: Sendable {
    public enum Answer: Sendable {
        /// These bytes, and then the connection is closed.
        case bytes(String)
        /// These bytes, and then nothing more, for ever.
        case bytesAndSilence(String)
        /// These bytes, and then so many more of them, 64 KiB at a time.
        case flood(String, times: Int)

        /// A whole HTTP answer.
        public static func http(
            _ status: String,
            _ body: String,
            type: String = "application/json",
            headers: [String] = []
        ) -> Answer {
            let lines =
                [
                    "HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)",
                    "Connection: close",
                ]
                + headers
            return .bytes(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        }

        /// What Prometheus answers where a query gives one number.
        public static func value(_ number: String, beside: String = "") -> Answer {
            .http(
                "200 OK",
                #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"\#(number)"]}]}\#(beside)}"#
            )
        }
    }

    private let channel: any Channel
    private let received: Received
    public let port: Int

    /// What was asked, in the order of arrival.
    public var requests: [String] { received.list.withLock { $0 } }

    /// - Parameters:
    ///   - tls: Makes it speak TLS.
    ///   - answer: What to say to a request; it is given its number, from 0, and its text.
    /// - Throws: where no port can be had.
    public init(
        tls: TLSConfiguration? = nil,
        _ answer: @Sendable @escaping (_ number: Int, _ request: String) -> Answer
    ) async throws {
        let received = Received()
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(received, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.received = received
        port = channel.localAddress?.port ?? 0
    }

    public func stop() async throws {
        try await channel.close()
    }
}

private final class Received: Sendable {
    let list = Mutex<[String]>([])

    func append(_ request: String) -> Int {
        list.withLock { list in
            list.append(request)
            return list.count - 1
        }
    }
}

private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let received: Received
    private let answer: @Sendable (Int, String) -> ScriptedServer.Answer
    private var text = ""

    init(_ received: Received, _ answer: @Sendable @escaping (Int, String) -> ScriptedServer.Answer) {
        self.received = received
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        guard isComplete else { return }
        let request = text
        text = ""
        switch answer(received.append(request), request) {
        case .bytes(let bytes):
            let channel = context.channel
            write(bytes, context).whenComplete { _ in channel.close(promise: nil) }
        case .bytesAndSilence(let bytes):
            write(bytes, context).whenComplete { _ in }
        case .flood(let bytes, let times):
            _ = write(bytes, context)
            flood(String(repeating: "x", count: 64 << 10), times: times, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func write(_ bytes: String, _ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)))
    }

    /// Goes on as fast as the other side reads, until it closes.
    private func flood(_ bytes: String, times: Int, _ context: ChannelHandlerContext) {
        guard times > 0 else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        write(bytes, context).whenSuccess {
            let (handler, context) = bound.value
            handler.flood(bytes, times: times - 1, context)
        }
    }

    private var isComplete: Bool {
        // Neither is the beginning of TLS a request, but it is time to answer.
        guard text.first?.isLetter == true else { return true }
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let head = text[..<end.lowerBound].lowercased()
        guard let line = head.split(separator: "\r\n").first(where: { $0.hasPrefix("content-length:") }) else {
            return true
        }
        let length = Int(line.dropFirst("content-length:".count).drop { $0 == " " }) ?? 0
        return text[end.upperBound...].utf8.count >= length
    }
}
