import Documents
import Foundation
import NIOSSL

/// How a cluster's API is reached, and by whom.
struct ClusterAccess: Sendable {
    struct Unusable: Error, Equatable {
        let message: String
    }

    let server: String
    let token: String?
    let tls: TLSConfiguration

    /// From a kubeconfig file.
    ///
    /// <https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/>
    init(kubeconfig path: String, context name: String?) throws(Unusable) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Unusable(message: "the kubeconfig \(path) can't be read")
        }
        let log = DiagnosticLog(file: path)
        guard let root = YAML.read(text, log: log) else {
            throw Unusable(message: log.diagnostics.first?.description ?? "\(path) can't be read")
        }
        guard let current = name ?? root.text("current-context"),
            let context = root.named("contexts", current)?["context"], let clusterName = context.text("cluster"),
            let cluster = root.named("clusters", clusterName)?["cluster"], let server = cluster.text("server")
        else {
            throw Unusable(
                message: "\(path) has no context `\(name ?? root.text("current-context") ?? "")` with a cluster"
            )
        }
        let user = context.text("user").flatMap { root.named("users", $0)?["user"] }
        for key in ["exec", "auth-provider"] where user?[key] != nil {
            throw Unusable(
                message: "\(path): `\(key)` of a user would run a program; use a token or a client certificate"
            )
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
        token =
            user?.text("token")
            ?? user?.text("tokenFile").flatMap { try? String(contentsOfFile: folder.path($0), encoding: .utf8) }
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        tls = try Self.tls(
            authorities: Self.bytes(cluster, "certificate-authority", in: folder),
            certificate: user.flatMap { Self.bytes($0, "client-certificate", in: folder) },
            key: user.flatMap { Self.bytes($0, "client-key", in: folder) },
            isUnverified: cluster.text("insecure-skip-tls-verify") == "true",
            path
        )
    }

    /// From inside of a cluster.
    ///
    /// <https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/>
    init(
        environment: [String: String],
        folder: String = "/var/run/secrets/kubernetes.io/serviceaccount"
    ) throws(Unusable) {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"],
            let token = try? String(contentsOfFile: folder + "/token", encoding: .utf8)
        else { throw Unusable(message: "the server does not run in a cluster; give `kubeconfig`") }
        server = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        self.token = token.trimmingCharacters(in: .whitespacesAndNewlines)
        tls = try Self.tls(
            authorities: FileManager.default.contents(atPath: folder + "/ca.crt").map { Array($0) },
            certificate: nil,
            key: nil,
            isUnverified: false,
            folder
        )
    }

    private static func tls(
        authorities: [UInt8]?,
        certificate: [UInt8]?,
        key: [UInt8]?,
        isUnverified: Bool,
        _ place: String
    ) throws(Unusable) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        do {
            if let authorities {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorities))
            }
            if let certificate, let key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificate).map {
                    .certificate($0)
                }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
            }
        } catch {
            throw Unusable(message: "\(place): a certificate or a key can't be read")
        }
        if isUnverified { configuration.certificateVerification = .none }
        return configuration
    }

    /// What stands in the file in base64, or in a file that it names.
    private static func bytes(_ node: Node, _ name: String, in folder: String) -> [UInt8]? {
        if let data = node.text(name + "-data").flatMap({ Data(base64Encoded: $0) }) { return Array(data) }
        return node.text(name).flatMap { FileManager.default.contents(atPath: folder.path($0)) }.map { Array($0) }
    }
}

extension Node {
    fileprivate func text(_ key: String) -> String? {
        guard case .scalar(let scalar) = self[key]?.content, !scalar.text.isEmpty else { return nil }
        return scalar.text
    }

    /// The item of a list whose `name` it is.
    fileprivate func named(_ list: String, _ name: String) -> Node? {
        guard case .sequence(let items) = self[list]?.content else { return nil }
        return items.first { $0.text("name") == name }
    }
}

extension String {
    /// A path that starts from this folder, unless it is absolute.
    fileprivate func path(_ name: String) -> String { name.hasPrefix("/") ? name : self + name }
}
