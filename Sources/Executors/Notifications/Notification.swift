import Events
import Foundation
import Objectives
import Workflows

/// What a sink is sent of an event, in the form that its subscription says.
public struct Notification: Sendable, Equatable {
    /// JSON.
    public let body: [UInt8]

    /// - Parameters:
    ///   - subscription: How it is told.
    ///   - event: What has happened. Nil comes of one that means nothing in that form.
    /// - Throws: `Template.Missing` where a template has no value for a place.
    public init?(_ subscription: Subscription, _ event: Event) throws {
        if let payload = subscription.payload {
            body = Array(try payload.render(JSON(templatedEvent: event), escaping: .jsonString).utf8)
            return
        }
        switch subscription.form {
        case .cloudEvent: body = event.body
        case .slack: body = SlackMessage(Message(event)).json.bytes
        case .teams: body = TeamsMessage(Message(event)).json.bytes
        case .markdown: body = (["text": .text(Message(event).markdown)] as JSON).bytes
        case .cdEvents:
            guard let json = CDEvent(event)?.json else { return nil }
            body = json.bytes
        }
    }
}
