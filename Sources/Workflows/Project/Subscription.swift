import Events

/// Who is told of which events: a sink that they are pushed to, in the order of their lane.
public struct Subscription: Sendable, Equatable {
    /// Where the secret is that signs deliveries; the secret itself stands in no document.
    public enum Secret: Sendable, Equatable {
        case file(String)
        case environment(String)
    }

    /// Where its sink is; the URL of a chat's webhook is a secret itself.
    public enum Target: Sendable, Equatable {
        case url(String)
        case secret(Secret)
    }

    public let name: String
    /// Types, or beginnings of types followed by `*`.
    public let events: [String]
    /// Only those of these stages; empty: of all.
    public let stages: [String]
    /// Only those of these services; empty: of all.
    public let services: [String]
    public let target: Target
    public let secret: Secret?
    /// What the data has to say: members by their path, joined by dots.
    public let match: [String: String]
    /// What is sent.
    public let form: Form
    /// What is sent in its place, made of the event.
    public let payload: Template?

    /// What a sink is told in.
    public enum Form: String, Sendable, CaseIterable {
        /// The event as it is.
        case cloudEvent = "cloudevent"
        /// A message for people, in the form of Slack's incoming webhooks, which Mattermost and others take too.
        case slack
        /// A message for people, as an adaptive card for Microsoft Teams.
        case teams
        /// `{"text": …}` with Markdown.
        case markdown
        /// What it means in CDEvents, where it means something there.
        case cdEvents = "cdevents"
    }

    /// Whether an event of the project is one that it wants.
    public func wants(_ event: Event) -> Bool {
        let isMeant = events.contains { pattern in
            pattern.hasSuffix("*") ? event.type.hasPrefix(pattern.dropLast()) : event.type == pattern
        }
        guard isMeant, let lane = event.lane else { return false }
        guard stages.isEmpty || stages.contains(lane.stage), services.isEmpty || services.contains(lane.service) else {
            return false
        }
        return match.isEmpty || event.data.says(match)
    }
}

extension JSON {
    /// Whether it has these texts at these places: `evaluation.result`.
    public func says(_ texts: [String: String]) -> Bool {
        texts.allSatisfy { path, text in
            let value = path.split(separator: ".").reduce(self as JSON?) { $0?[String($1)] }
            switch value {
            case .text(let found): return found == text
            case .some(.null), nil: return false
            case .some(let other): return String(decoding: other.bytes, as: UTF8.self) == text
            }
        }
    }
}
