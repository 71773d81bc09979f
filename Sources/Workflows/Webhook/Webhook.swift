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

    /// Whether an event is one that it is for.
    public func isFor(_ event: Event) -> Bool {
        if type.hasSuffix(">") || type.hasSuffix("*") { return event.type.hasPrefix(type.dropLast()) }
        return event.type == type
    }

    /// Whether it carries a task out, rather than only telling of something.
    public var carriesOut: Bool { type.hasSuffix(".triggered") && (sendsStarted || sendsFinished) }
}

/// Keptn's `webhook.yaml`.
public struct WebhookConfig: Sendable, Equatable {
    public let webhooks: [Webhook]
}
