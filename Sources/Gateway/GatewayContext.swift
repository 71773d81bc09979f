import Hummingbird
import Logging

/// What belongs to one request.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks; set before any route is.
    var principal = Principal(name: "nobody", role: .ingest, projects: [])

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }

    /// Nothing that a client sends is read beyond this: a batch of events.
    var maxUploadSize: Int { Limits.batch }
}

/// What comes from outside is bounded.
enum Limits {
    /// Bytes of an event.
    static let event = 1 << 20
    /// Bytes of a batch.
    static let batch = 8 << 20
    static let eventsInBatch = 10_000
    static let connections = 4096
    /// For a whole body to arrive.
    static let bodyTime = Duration.seconds(30)
    /// What JSON's numbers hold exactly.
    static let position: Int64 = 1 << 53 - 1
    /// Items on a page.
    static let page = 1000
}
