import AsyncHTTPClient
import Crypto
import Documents
import Events
import Foundation
import Journal
import Logging
import NIOCore
import Outbound
import Workflows

/// Tells those who subscribed: at least once, in the order of each lane, for a day; then a delivery is parked and visible.
struct DeliveryPump: Sendable {
    /// After so long it is not tried any more by itself.
    static let patience = Duration.seconds(24 * 3600)
    private static let timeout = TimeAmount.seconds(10)
    private static let atOnce = 64
    private static let longestPause = 300.0

    let journal: Journal
    let writer: GroupCommit
    let signal: PositionSignal
    let environment: [String: String]
    let log: Logger

    private enum Attempt: Sendable {
        case arrived
        case failed(String)
        /// The subscription is gone.
        case unwanted
    }

    func run() async {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow).guarded
        )
        await withTaskGroup(of: Int64.self) { group in
            // One that takes long holds no other up: each is noted as it ends, and others are begun meanwhile.
            var underWay: Set<Int64> = []
            var isWaiting = false
            while !Task.isCancelled {
                let position = signal.position
                for delivery in due(besides: underWay) where underWay.count < Self.atOnce {
                    underWay.insert(delivery.id)
                    group.addTask {
                        await note(delivery, await attempt(delivery, client))
                        return delivery.id
                    }
                }
                if !isWaiting {
                    isWaiting = true
                    // Sooner where something happens, and now and then for what failed.
                    group.addTask {
                        for _ in 0..<20 where signal.position == position {
                            guard (try? await Task.sleep(for: .milliseconds(25))) != nil else { break }
                        }
                        return Self.clock
                    }
                }
                guard let ended = await group.next() else { continue }
                if ended == Self.clock { isWaiting = false } else { underWay.remove(ended) }
            }
            group.cancelAll()
        }
        try? await client.shutdown()
    }

    /// Stands for the pause between two looks.
    private static let clock: Int64 = -1

    private func due(besides underWay: Set<Int64>) -> [Delivery] {
        do {
            return try journal.dueDeliveries(at: .now, limit: Self.atOnce + underWay.count)
                .filter { !underWay.contains($0.id) }
        } catch {
            log.error("deliveries can't be read", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func note(_ delivery: Delivery, _ attempt: Attempt) async {
        while !Task.isCancelled {
            do {
                return try await writer { ledger in
                    switch attempt {
                    case .arrived, .unwanted: try ledger.deliver(delivery)
                    case .failed(let reason): try ledger.postpone(delivery, until: next(delivery), reason: reason)
                    }
                }
            } catch {
                log.error("deliveries can't be kept", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// When to try again: after a random part of a growing pause ("full jitter"); nil after a day.
    private func next(_ delivery: Delivery) -> Timestamp? {
        let now = Timestamp.now
        guard now < delivery.received + Self.patience else { return nil }
        let pause = min(Self.longestPause, 0.5 * pow(2, Double(min(delivery.attempts, 16))))
        return now + .milliseconds(Int64(1000 * pause * Double.random(in: 0.5...1)))
    }

    private func attempt(_ delivery: Delivery, _ client: HTTPClient) async -> Attempt {
        do {
            guard let subscription = try subscription(delivery) else { return .unwanted }
            var request = HTTPClientRequest(url: subscription.url)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/cloudevents+json; charset=utf-8")
            request.headers.add(name: "user-agent", value: "tidegate")
            request.headers.add(name: "x-tidegate-delivery", value: "\(delivery.position)")
            if let secret = try secret(subscription) {
                let code = HMAC<SHA256>.authenticationCode(
                    for: delivery.event,
                    using: SymmetricKey(data: Data(secret.utf8))
                )
                request.headers.add(name: "x-tidegate-signature", value: "sha256=" + code.hexadecimal)
            }
            request.body = .bytes(ByteBuffer(bytes: delivery.event))
            let response = try await client.execute(request, timeout: Self.timeout)
            guard !(200..<300).contains(response.status.code) else { return .arrived }
            return .failed("the sink answered \(response.status.code)")
        } catch let error as Unusable {
            return .failed(error.message)
        } catch let fault as HTTPFault {
            return .failed(fault.description)
        } catch {
            return .failed("the sink can't be reached: \(error)")
        }
    }

    private struct Unusable: Error {
        let message: String
    }

    private func subscription(_ delivery: Delivery) throws -> Subscription? {
        guard let text = try journal.document(DocumentPath.project, of: delivery.project)?.text else { return nil }
        let project = Project.read(text, file: DocumentPath.project).value
        return project?.subscriptions.first { $0.name == delivery.subscription }
    }

    /// Read each time, so that a new one is used at once; never kept or shown.
    private func secret(_ subscription: Subscription) throws -> String? {
        switch subscription.secret {
        case nil: return nil
        case .environment(let name):
            guard let secret = environment[name], !secret.isEmpty else {
                throw Unusable(message: "the server's environment has no variable `\(name)`, which holds the secret")
            }
            return secret
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw Unusable(message: "the secret's file \(path) can't be read")
            }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
