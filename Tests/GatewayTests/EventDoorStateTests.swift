import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Testing

@testable import Gateway

@Suite("The door for events")
struct EventDoorStateTests {
    private static let event = HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/v1/events")
    private static let other = HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/livez")
    private static let body = ByteBuffer(string: "{}")

    private var state = EventDoorState()

    private mutating func read(_ part: HTTPRequestPart) -> EventDoorState.Action {
        state.read(part) { $0.method == .post }
    }

    private mutating func take() {
        #expect(read(.head(Self.event)).forwarded == [])
        #expect(read(.body(Self.body)).forwarded == [])
        #expect(read(.end(nil)).taken?.body == Self.body)
    }

    @Test("takes an event that came whole, and holds back what comes behind it until it is answered")
    mutating func order() {
        take()
        for part in [HTTPRequestPart.head(Self.other), .end(nil)] { #expect(read(part).forwarded == []) }
        #expect(state.nextHeld() == nil)
        #expect(state.readComplete() == [])
        state.answered()
        #expect(state.nextHeld() == .head(Self.other))
        #expect(state.nextHeld() == .end(nil))
        #expect(state.nextHeld() == nil)
    }

    @Test("leaves an event to the routes while they owe an answer")
    mutating func owed() {
        #expect(read(.head(Self.other)).forwarded == [.head(Self.other)])
        #expect(read(.end(nil)).forwarded == [.end(nil)])
        #expect(read(.head(Self.event)).forwarded == [.head(Self.event)])
        #expect(read(.end(nil)).forwarded == [.end(nil)])
        state.routesAnswered()
        #expect(read(.head(Self.event)).forwarded == [.head(Self.event)], "one is owed still")
        #expect(read(.end(nil)).forwarded == [.end(nil)])
        state.routesAnswered()
        state.routesAnswered()
        take()
    }

    @Test("leaves to the routes what does not come whole, has trailers, or is refused")
    mutating func toTheRoutes() {
        #expect(read(.head(Self.event)).forwarded == [])
        #expect(read(.body(Self.body)).forwarded == [])
        #expect(state.readComplete() == [.head(Self.event), .body(Self.body)])
        #expect(read(.body(Self.body)).forwarded == [.body(Self.body)])
        #expect(read(.end(nil)).forwarded == [.end(nil)])
        state.routesAnswered()

        #expect(read(.head(Self.event)).forwarded == [])
        let trailers = HTTPFields([HTTPField(name: .eTag, value: "x")])
        #expect(read(.end(trailers)).forwarded == [.head(Self.event), .end(trailers)])
        state.routesAnswered()

        take()
        #expect(state.refused() == [.head(Self.event), .body(Self.body), .end(nil)])
        #expect(read(.head(Self.event)).forwarded == [.head(Self.event)], "the routes owe an answer")
    }

    @Test("reads no more from one who sends ahead without end")
    mutating func full() {
        take()
        for _ in 0..<32 {
            #expect(!state.isFull)
            for part in [HTTPRequestPart.head(Self.event), .end(nil)] { #expect(read(part).forwarded == []) }
        }
        #expect(state.isFull)
    }
}

extension EventDoorState.Action {
    /// What goes on to the routes; nil where the event is taken.
    fileprivate var forwarded: [HTTPRequestPart]? {
        switch self {
        case .nothing: []
        case .forward(let parts): parts
        case .take: nil
        }
    }

    fileprivate var taken: EventDoorState.Taken? {
        if case .take(let taken) = self { taken } else { nil }
    }
}
