import Foundation
import NIOSSL
import TestSupport
import Testing

@testable import Executors

@Suite("Access to a cluster")
struct ClusterAccessTests {
    /// An authority, a server and a client that it has signed.
    private func certificates(_ folder: TemporaryFolder) async throws {
        let script = """
            set -e
            openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=test-ca
            for name in server client; do
                openssl req -newkey rsa:2048 -nodes -keyout $name.key -out $name.csr -subj /CN=$name
                printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > $name.ext
                openssl x509 -req -in $name.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out $name.pem -extfile $name.ext
            done
            """
        let made = try await Program.run("sh", ["-c", script], folder: folder.path)
        try #require(made.code == 0, "\(made.errors)")
    }

    private func cluster(_ folder: TemporaryFolder, wantsClient: Bool) async throws -> ScriptedServer {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(folder.path + "/server.pem").map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: folder.path + "/server.key", format: .pem))
        )
        if wantsClient {
            tls.certificateVerification = .noHostnameVerification
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(folder.path + "/ca.crt"))
        }
        return try await ScriptedServer(tls: tls) { _, _ in .http("200 OK", #"{"kind": "APIResourceList"}"#) }
    }

    private func answer(_ access: ClusterAccess) async throws -> String? {
        let api = KubernetesAPI(access)
        let json = try await api.get("/api/v1")
        await api.shutdown()
        return json["kind"]?.text
    }

    @Test("from inside of one is by the service account's token and authority")
    func inside() async throws {
        let folder = try TemporaryFolder()
        try await certificates(folder)
        try folder.write("token", "t0ken\n")
        let server = try await cluster(folder, wantsClient: false)
        let environment = ["KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(server.port)"]
        let access = try ClusterAccess(environment: environment, folder: folder.path)
        #expect(try await answer(access) == "APIResourceList")
        #expect(server.requests.first?.contains("authorization: Bearer t0ken") == true)
        #expect(throws: ClusterAccess.Unusable(message: "the server does not run in a cluster; give `kubeconfig`")) {
            try ClusterAccess(environment: [:], folder: folder.path)
        }
        try await server.stop()
    }

    @Test("may be by a client certificate, beside the kubeconfig or in it")
    func clientCertificate() async throws {
        let folder = try TemporaryFolder()
        try await certificates(folder)
        let server = try await cluster(folder, wantsClient: true)
        func base64(_ name: String) throws -> String {
            try Data(contentsOf: URL(filePath: folder.path + "/" + name)).base64EncodedString()
        }
        let users = [
            "{client-certificate: client.pem, client-key: client.key}",
            "{client-certificate-data: \(try base64("client.pem")), client-key-data: \(try base64("client.key"))}",
        ]
        for user in users {
            let file = try folder.write(
                "kubeconfig",
                """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: k, user: u}}]
                clusters: [{name: k, cluster: {server: "https://localhost:\(server.port)/", certificate-authority: ca.crt}}]
                users: [{name: u, user: \(user)}]
                """
            )
            #expect(try await answer(ClusterAccess(kubeconfig: file, context: nil)) == "APIResourceList")
        }
        try await server.stop()
    }

    @Test("never runs a program that a kubeconfig names")
    func programs() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "kubeconfig",
            """
            {current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}],
             clusters: [{name: k, cluster: {server: "https://localhost"}}], users: [{name: u, user: {exec: {command: aws}}}]}
            """
        )
        #expect(
            throws: ClusterAccess.Unusable(
                message: "\(file): `exec` of a user would run a program; use a token or a client certificate"
            )
        ) { try ClusterAccess(kubeconfig: file, context: nil) }
    }
}
