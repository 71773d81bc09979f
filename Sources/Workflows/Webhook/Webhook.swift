import Events

/// What is sent to whom when an event of some type comes: an entry of Keptn's `webhook.yaml`.
public struct Webhook: Sendable, Equatable {
    public struct Secret: Sendable, Equatable {
        /// As templates call it: `{{.env.NAME}}`.
        public let variable: String
        public let name: String
        public let key: String
    }

    public struct Request: Sendable, Equatable {
        public let url: Template
        /// `GET`, `POST`, …
        public let method: String
        public let headers: [(name: Template, value: Template)]
        public let payload: Template?
        public let success: Success

        public static func == (left: Request, right: Request) -> Bool {
            left.url == right.url && left.method == right.method && left.payload == right.payload
                && left.success == right.success && left.headers.count == right.headers.count
                && zip(left.headers, right.headers).allSatisfy { $0.name == $1.name && $0.value == $1.value }
        }
    }

    /// What an answer has to be.
    public struct Success: Sendable, Equatable {
        /// Status codes; empty: any from 200 to 299.
        public let statuses: [Int]
        /// What the body, which is JSON then, has to say: members by their path, joined by dots.
        public let match: [String: String]

        public init(statuses: [Int] = [], match: [String: String] = [:]) {
            self.statuses = statuses
            self.match = match
        }
    }

    /// An event type; `>` at the end stands for the rest, as in NATS.
    public let type: String
    public let subscriptionID: String
    public let sendsStarted: Bool
    public let sendsFinished: Bool
    public let secrets: [Secret]
    public let requests: [Request]
    /// For each request.
    public let timeout: Duration
    /// How often a request is sent again that was not answered, or with a status from 500 on.
    public let retries: Int
    /// Which one it is, whatever stands before it in the file: made from what it says.
    public let name: String

    /// What the names of all begin with.
    public static let namePrefix = "webhook "

    /// Whether an event is one that it is for.
    public func isFor(_ event: Event) -> Bool {
        if type.hasSuffix(">") || type.hasSuffix("*") { return event.type.hasPrefix(type.dropLast()) }
        return event.type == type
    }

    /// Whether it carries a task out, rather than only telling of something: of what is built in, and of a sequence, it can
    /// only tell.
    public var carriesOut: Bool {
        guard case .taskTriggered(let task) = EventKind(type), !Sequencer.isBuiltIn(task) else { return false }
        return sendsStarted || sendsFinished
    }
}

/// Keptn's `webhook.yaml`.
public struct WebhookConfig: Sendable, Equatable {
    public let webhooks: [Webhook]
}
