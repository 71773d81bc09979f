import Foundation
import NIOCore
import NIOSSL
import Synchronization

/// The server's certificate and key, from PEM files that are read again when they change.
public struct TLS: Sendable {
    /// Why they can't be used.
    public struct Unusable: Error, CustomStringConvertible {
        public let description: String
    }

    let configuration: TLSConfiguration

    /// - Parameters:
    ///   - certificate: A PEM file with the certificate, and those of the authorities between.
    ///   - key: A PEM file with its private key.
    /// - Throws: ``Unusable`` where they can't be read, or don't belong together.
    public init(certificate: String, key: String) throws(Unusable) {
        let files = Files(certificate: certificate, key: key)
        let pair: Files.Pair
        do {
            pair = try files.read()
        } catch {
            throw Unusable(description: "\(certificate) and \(key) can't be used as certificate and key: \(error)")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.certificates.map { .certificate($0) },
            privateKey: .privateKey(pair.key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.sslContextCallback = { _, promise in
            // A change that can't be read leaves the last good pair in use.
            let pair = files.current ?? pair
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = pair.certificates.map { .certificate($0) }
            override.privateKey = .privateKey(pair.key)
            promise.succeed(override)
        }
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Unusable(description: "\(certificate) and \(key) don't belong together: \(error)")
        }
        self.configuration = configuration
    }
}

private final class Files: Sendable {
    struct Pair: Sendable {
        let certificates: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
    }

    private let certificate: String
    private let key: String
    private let kept = Mutex<(modified: [Date?], pair: Pair)?>(nil)

    init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    func read() throws -> Pair {
        Pair(
            certificates: try NIOSSLCertificate.fromPEMFile(certificate),
            key: try NIOSSLPrivateKey(file: key, format: .pem)
        )
    }

    /// Those of the files as they are now; nil where they never could be read since the start.
    var current: Pair? {
        let modified = [certificate, key].map { path in
            (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        }
        return kept.withLock { kept in
            if let kept, kept.modified == modified { return kept.pair }
            guard let pair = try? read() else { return kept?.pair }
            kept = (modified, pair)
            return pair
        }
    }
}
