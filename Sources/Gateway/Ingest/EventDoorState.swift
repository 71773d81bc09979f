import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Which requests of a connection are taken at once, and which go on to the routes. No I/O: it says what is to be done.
///
/// Answers must come in the order of the requests. So a request is taken only while the routes owe no answer, and what
/// comes while a taken one is being kept is held back until it is answered.
struct EventDoorState {
    /// A request that came whole, or as much of it as is there.
    struct Taken {
        let head: HTTPRequest
        var body: ByteBuffer?

        var parts: [HTTPRequestPart] { [.head(head)] + (body.map { [.body($0)] } ?? []) }
    }

    enum Action {
        case nothing
        case forward([HTTPRequestPart])
        /// To be kept; then ``answered()`` or ``refused()`` is called.
        case take(Taken)
    }

    private enum Phase {
        /// What comes is looked at, or goes on to the routes.
        case open
        case collecting(Taken)
        case keeping(Taken)
    }

    private var phase = Phase.open
    /// Requests that went on to the routes and are not answered yet.
    private var owed = 0
    private var held = CircularBuffer<HTTPRequestPart>()

    /// What a client may send ahead before no more is read from it.
    private static let heldAtMost = 64

    /// Whether what was taken is not answered yet.
    var isKeeping: Bool {
        if case .keeping = phase { true } else { false }
    }

    var isFull: Bool { held.count >= Self.heldAtMost }

    /// - Parameters:
    ///   - part: What has come.
    ///   - isMeant: Whether a request with this head may be taken at once.
    /// - Returns: What is to be done.
    mutating func read(_ part: HTTPRequestPart, isMeant: (HTTPRequest) -> Bool) -> Action {
        switch (phase, part) {
        case (.keeping, _):
            held.append(part)
            return .nothing
        case (.open, .head(let head)) where owed == 0 && isMeant(head):
            phase = .collecting(Taken(head: head))
            return .nothing
        case (.open, .head):
            owed += 1
            return .forward([part])
        case (.open, _): return .forward([part])
        case (.collecting(var taken), .body(var more)):
            if taken.body?.writeBuffer(&more) == nil { taken.body = more }
            phase = .collecting(taken)
            return .nothing
        case (.collecting(let taken), .end(nil)):
            phase = .keeping(taken)
            return .take(taken)
        case (.collecting, _): return .forward(giveUp() + [part])
        }
    }

    /// Nothing more has come for now: a request that is not whole yet is for the routes, which know how long to wait.
    mutating func readComplete() -> [HTTPRequestPart] {
        guard case .collecting = phase else { return [] }
        return giveUp()
    }

    private mutating func giveUp() -> [HTTPRequestPart] {
        guard case .collecting(let taken) = phase else { return [] }
        phase = .open
        owed += 1
        return taken.parts
    }

    /// What was taken can't be kept at once: the routes say why.
    mutating func refused() -> [HTTPRequestPart] {
        guard case .keeping(let taken) = phase else { return [] }
        phase = .open
        owed += 1
        return taken.parts + [.end(nil)]
    }

    /// What was taken is kept, and was answered.
    mutating func answered() { phase = .open }

    /// The routes have answered a request.
    mutating func routesAnswered() { owed = max(0, owed - 1) }

    /// The next of what was held back; nil while something is being kept, or where there is none.
    mutating func nextHeld() -> HTTPRequestPart? {
        if case .keeping = phase { return nil }
        return held.popFirst()
    }
}
