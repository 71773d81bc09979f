import Events
import Foundation
import HTTPTypes
import Journal
import NIOCore
import NIOHTTPTypes
import Orchestrator

/// The quick way in for single events: answered from the connection's event loop, without a task for each request.
///
/// It takes only what is right and came whole. Whatever else there is to say about a request, the routes behind it say: so
/// that an error has one place, and a client can't tell which way an event went.
final class EventDoor: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let ingest: Ingest
    private var state = EventDoorState()
    private var context: ChannelHandlerContext?
    private var wantsRead = false
    /// What has happened to the connection while an event was being kept: it is passed on once that is answered.
    private var held: [Happening] = []

    private enum Happening {
        case event(Any)
        case error(any Error)
    }

    init(_ ingest: Ingest) {
        self.ingest = ingest
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { perform(unwrapInboundIn(data), context) }

    func channelReadComplete(context: ChannelHandlerContext) {
        forward(state.readComplete(), context)
        context.fireChannelReadComplete()
    }

    /// The end of what the client sends must not overtake the answer to what it has sent.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard state.isKeeping else { return context.fireUserInboundEventTriggered(event) }
        held.append(.event(event))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard state.isKeeping else { return context.fireErrorCaught(error) }
        held.append(.error(error))
    }

    private func perform(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch state.read(part, isMeant: Ingest.isMeant) {
        case .nothing: return
        case .forward(let parts): forward(parts, context)
        case .take(let taken): take(taken, context)
        }
    }

    private func forward(_ parts: [HTTPRequestPart], _ context: ChannelHandlerContext) {
        for part in parts { context.fireChannelRead(wrapInboundOut(part)) }
    }

    private func take(_ taken: EventDoorState.Taken, _ context: ChannelHandlerContext) {
        let start = ContinuousClock.now
        guard let event = ingest.event(taken) else {
            return forward(state.refused(), context)
        }
        let door = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        ingest.orchestrator.submit(event) { result in
            eventLoop.execute { door.value.finish(result, since: start) }
        }
    }

    private func finish(_ result: Result<Receipt, any Error>, since start: ContinuousClock.Instant) {
        guard let context else { return }
        switch result {
        case .success(let receipt):
            answer(receipt, context)
            ingest.note(start)
            state.answered()
        case .failure:
            // Where nothing was kept, a second try says why.
            forward(state.refused(), context)
            context.fireChannelReadComplete()
        }
        var hasMore = false
        while let part = state.nextHeld() {
            hasMore = true
            perform(part, context)
        }
        if hasMore { channelReadComplete(context: context) }
        while !state.isKeeping, !held.isEmpty {
            switch held.removeFirst() {
            case .event(let event): context.fireUserInboundEventTriggered(event)
            case .error(let error): context.fireErrorCaught(error)
            }
        }
        if wantsRead, !state.isFull {
            wantsRead = false
            context.read()
        }
    }

    // MARK: Out

    func read(context: ChannelHandlerContext) {
        guard state.isFull else { return context.read() }
        wantsRead = true
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { state.routesAnswered() }
        context.write(data, promise: promise)
    }

    private func answer(_ receipt: Receipt, _ context: ChannelHandlerContext) {
        let body = receipt.json
        let head = HTTPResponse(
            status: .accepted,
            headerFields: [
                .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
                .contentLength: String(body.count), .date: ingest.date, .server: "tidegate",
            ]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
