import Events
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import NIOCore
import Orchestrator
import ServiceLifecycle

/// The log as it grows: server-sent events, which resume without loss.
struct StreamRoute {
    let orchestrator: Orchestrator

    private static let heartbeat = Duration.seconds(15)
    private static let page = 200

    func add(to router: Router<GatewayContext>) {
        router.get("/v1/events/stream") { request, context in try stream(request, context) }
    }

    private func stream(_ request: Request, _ context: GatewayContext) throws -> Response {
        try context.principal.check(.read)
        let query = try request.query(EventRoutes.filterNames)
        let filter = try filter(query, context.principal)
        let header = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        let resumed = try ["after": header].compactMapValues(\.self).integer("after", in: 0...Limits.position)
        let start = try resumed ?? query.integer("after", in: 0...Limits.position) ?? orchestrator.signal.position
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: ": from \(start)\n\n"))
            try await follow(filter, from: start, &writer)
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: body
        )
    }

    /// Reads from the journal what is new each time that it has grown: a client that is slow loses nothing, and holds
    /// nothing in memory.
    private func follow(_ filter: EventFilter, from start: Int64, _ writer: inout any ResponseBodyWriter) async throws {
        let signal = orchestrator.signal
        let (beats, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let news = signal.follow()
        let waking = Task {
            for await _ in news { continuation.yield() }
        }
        let beating = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: Self.heartbeat)
                continuation.yield()
            }
        }
        defer {
            waking.cancel()
            beating.cancel()
        }
        try await withGracefulShutdownHandler {
            try await copy(filter, from: start, to: &writer, wakenBy: beats)
        } onGracefulShutdown: {
            continuation.finish()
        }
    }

    private func copy(
        _ filter: EventFilter,
        from start: Int64,
        to writer: inout any ResponseBodyWriter,
        wakenBy beats: AsyncStream<Void>
    ) async throws {
        var position = start
        var lastWritten = ContinuousClock.now
        var waker = beats.makeAsyncIterator()
        repeat {
            let newest = orchestrator.signal.position
            while true {
                let events = try orchestrator.journal.events(filter, after: position, limit: Self.page)
                if !events.isEmpty {
                    try await writer.write(Self.text(events))
                    lastWritten = .now
                }
                position = events.last?.position ?? position
                guard events.count == Self.page else { break }
            }
            // What was looked through and is not meant need not be looked through again.
            position = max(position, newest)
            if ContinuousClock.now - lastWritten >= Self.heartbeat {
                try await writer.write(ByteBuffer(string: ": \(position)\n\n"))
                lastWritten = .now
            }
        } while await waker.next() != nil
    }

    private static func text(_ events: [ListedEvent]) -> ByteBuffer {
        var buffer = ByteBuffer()
        for event in events {
            var writer = JSONWriter()
            event.write(to: &writer)
            buffer.writeString("id: \(event.position)\ndata: ")
            // In JSON a line break is only space; here it would end the line.
            buffer.writeBytes(writer.bytes.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
            buffer.writeString("\n\n")
        }
        return buffer
    }
}
