/// An alert as Alertmanager tells it: an item of `alerts` of its webhook, version 4.
///
/// <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>
public struct Alert: Sendable, Equatable {
    public let isFiring: Bool
    public let labels: [String: String]
    public let annotations: [String: String]
    /// As it came: together with the fingerprint it says which time it is that the alert fires.
    public let startsAt: String
    public let generatorURL: String
    public let fingerprint: String

    /// Why something is not the body of such a webhook.
    public struct Invalid: Error, Equatable {
        public let pointer: String
        public let detail: String
    }

    /// Alerts of one webhook at most.
    public static let limit = 10_000
    /// Bytes of an alert's labels, annotations and link at most: it is kept in each event about it.
    public static let sizeLimit = 64 << 10
    /// Bytes of an annotation that are kept: it is for people.
    public static let annotationLimit = 4 << 10

    /// - Parameter json: The webhook's body.
    /// - Returns: Its alerts, in their order.
    /// - Throws: ``Invalid`` where it is none.
    public static func read(_ json: JSON) throws(Invalid) -> [Alert] {
        guard json["version"] == "4" else {
            throw Invalid(pointer: "/version", detail: "expected \"4\", Alertmanager's webhook")
        }
        guard let items = json["alerts"]?.array else { throw Invalid(pointer: "/alerts", detail: "expected a list") }
        guard items.count <= limit else {
            throw Invalid(pointer: "/alerts", detail: "expected at most \(limit) alerts")
        }
        var alerts: [Alert] = []
        for (index, item) in items.enumerated() { alerts.append(try Alert(item, pointer: "/alerts/\(index)")) }
        return alerts
    }

    private init(_ json: JSON, pointer: String) throws(Invalid) {
        func text(_ name: String) throws(Invalid) -> String {
            guard let text = json[name]?.text, !text.isEmpty else {
                throw Invalid(pointer: "\(pointer)/\(name)", detail: "expected text that is not empty")
            }
            return text
        }
        let status = try text("status")
        guard ["firing", "resolved"].contains(status) else {
            throw Invalid(pointer: pointer + "/status", detail: "expected `firing` or `resolved`")
        }
        isFiring = status == "firing"
        func texts(_ name: String) throws(Invalid) -> [String: String] {
            let members = json[name]?.object
            guard let members, members.values.allSatisfy({ $0.text != nil }) else {
                throw Invalid(pointer: "\(pointer)/\(name)", detail: "expected an object of names and texts")
            }
            return members.compactMapValues(\.text)
        }
        labels = try texts("labels")
        annotations = json["annotations"] == nil ? [:] : try texts("annotations").mapValues(Self.cut)
        startsAt = try text("startsAt")
        fingerprint = try text("fingerprint")
        generatorURL = json["generatorURL"]?.text ?? ""
        let texts =
            [startsAt, fingerprint, generatorURL] + (labels.merging(annotations) { $0 + $1 }).flatMap { [$0, $1] }
        guard texts.reduce(0, { $0 + $1.utf8.count }) <= Self.sizeLimit else {
            throw Invalid(
                pointer: pointer,
                detail: "expected at most \(Self.sizeLimit >> 10) KiB of labels and annotations"
            )
        }
    }

    private static func cut(_ text: String) -> String {
        let count = text.utf8.count
        guard count > annotationLimit else { return text }
        return String(decoding: text.utf8.prefix(annotationLimit), as: UTF8.self)
            + "… (\(count - annotationLimit) bytes left out)"
    }

    /// What it is called.
    public var name: String { labels["alertname"] ?? "" }
}
