import AsyncHTTPClient
import Foundation
import Synchronization
import TestSupport
import Testing
import Workflows

@testable import Outbound

@Suite("A request of a project")
struct GuardedClientTests {
    private static let loopback = Address(bytes: [127, 0, 0, 1])

    private func allow(_ urls: String...) -> Allow { Allow(urls: urls.compactMap(URLPrefix.init)) }

    private func fault(_ client: GuardedClient, _ url: String) async -> String {
        do {
            let answer = try await client.send(HTTPClientRequest(url: url), timeout: .seconds(120))
            return "answered \(answer.status)"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "goes only where the project allows it",
        arguments: [
            "http://127.0.0.1:1/", "https://other.example/", "http://allowed.example/",
            "https://allowed.example:444/hooks/",
            "https://allowed.example/hooksy", "https://allowed.example/hooks/../admin",
            "https://allowed.example/hooks/%2e%2e/x",
            "https://allowed.example.evil.example/hooks/", "https://user@allowed.example/hooks/", "file:///etc/passwd",
            "gopher://allowed.example/hooks/",
        ]
    )
    func allowList(url: String) async {
        let client = GuardedClient(.allowed(allow("https://allowed.example/hooks"))) { _ in [Self.loopback] }
        let message = await fault(client, url)
        #expect(
            message.contains("the project does not allow") || message == "this is no URL of http or https",
            "\(message)"
        )
    }

    @Test(
        "does not reach an address of this machine or its neighbours by a name, however it is written",
        arguments: [
            ("http://allowed.example/", [127, 0, 0, 1]), ("http://allowed.example/", [169, 254, 169, 254]),
            ("http://allowed.example/", [0, 0, 0, 0]), ("http://allowed.example/", [100, 100, 100, 200]),
            (
                "http://allowed.example/",
                [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1]
            ),
        ] as [(String, [UInt8])]
    )
    func names(url: String, bytes: [UInt8]) async {
        let client = GuardedClient(.allowed(allow("http://allowed.example/"))) { _ in [Address(bytes: bytes)] }
        #expect(await fault(client, url).contains("this is not reached by a name"))
    }

    @Test("that one of several addresses is forbidden for is not sent at all")
    func oneOfSeveral() async {
        let client = GuardedClient(.allowed(allow("http://allowed.example/"))) { _ in
            [Address(bytes: [192, 0, 2, 1]), Self.loopback]
        }
        #expect(await fault(client, "http://allowed.example/").contains("this is not reached by a name"))
    }

    @Test("connects to the address that was looked at, whatever the name leads to a moment later")
    func rebinding() async throws {
        let server = try await ScriptedServer { _, _ in .http("200 OK", "hello") }
        let count = Mutex(0)
        // The first time a harmless address, then this machine's: as who means ill would have it.
        let client = GuardedClient(.allowed(allow("http://rebind.example:\(server.port)/"))) { _ in
            count.withLock { count in
                count += 1
                return [count == 1 ? Address(bytes: [192, 0, 2, 1]) : Self.loopback]
            }
        }
        let url = "http://rebind.example:\(server.port)/"
        do {
            _ = try await client.send(HTTPClientRequest(url: url), timeout: .milliseconds(500))
            Issue.record("it was answered")
        } catch {
            #expect(server.requests.isEmpty)
        }
        #expect(count.withLock { $0 } == 1, "it is looked up once")
        #expect(await fault(client, url).contains("this is not reached by a name"))
        #expect(server.requests.isEmpty)
    }

    @Test("follows a redirect only to where it might have gone itself, and leaves secrets behind")
    func redirects() async throws {
        let inner = try await ScriptedServer { _, _ in .http("200 OK", "secret") }
        let outer = try await ScriptedServer { number, _ in
            number == 0
                ? .http("302 Found", "", headers: ["Location: http://127.0.0.1:\(inner.port)/"])
                : .http("302 Found", "", headers: ["Location: http://localhost:\(inner.port)/ok"])
        }
        let client = GuardedClient(
            .allowed(allow("http://127.0.0.1:\(outer.port)/", "http://localhost:\(inner.port)/"))
        )
        #expect(
            await fault(client, "http://127.0.0.1:\(outer.port)/").contains(
                "the project does not allow http://127.0.0.1"
            )
        )
        #expect(inner.requests.isEmpty)
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(outer.port)/")
        request.headers.add(name: "authorization", value: "Bearer secret")
        #expect(try await client.send(request, timeout: .seconds(120)).status == 200)
        #expect(outer.requests[1].lowercased().contains("authorization: bearer secret"))
        #expect(!inner.requests[0].lowercased().contains("authorization"))
    }

    @Test("reaches this machine where the project names its address itself")
    func named() async throws {
        let server = try await ScriptedServer { _, _ in .http("200 OK", "hello") }
        let client = GuardedClient(.allowed(allow("http://127.0.0.1:\(server.port)/")))
        #expect(await fault(client, "http://127.0.0.1:\(server.port)/") == "answered 200")
        let decimal = "http://2130706433:\(server.port)/"
        #expect(
            await fault(client, decimal).contains("the project does not allow"),
            "written otherwise it is not named"
        )
    }

    @Test("takes nothing that may be secret along to another origin, and not what it has sent")
    func secrets() async throws {
        let inner = try await ScriptedServer { _, _ in .http("200 OK", "") }
        let outer = try await ScriptedServer { number, _ in
            .http(
                number == 0 ? "302 Found" : "307 Temporary Redirect",
                "",
                headers: ["Location: http://127.0.0.1:\(inner.port)/"]
            )
        }
        let client = GuardedClient(
            .allowed(allow("http://127.0.0.1:\(outer.port)/", "http://127.0.0.1:\(inner.port)/"))
        )
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(outer.port)/")
        request.headers.add(name: "x-api-key", value: "hunter2")
        request.headers.add(name: "idempotency-key", value: "task")
        #expect(try await client.send(request, timeout: .seconds(120)).status == 200)
        #expect(outer.requests[0].contains("x-api-key: hunter2"))
        // It is the same host, at another port.
        #expect(!inner.requests[0].contains("hunter2"))
        #expect(inner.requests[0].contains("idempotency-key: task"))
        request.method = .POST
        request.body = .bytes(Array("hunter2".utf8))
        await #expect(
            throws: HTTPFault("it redirects what was sent to another origin (127.0.0.1): call that itself")
        ) { try await client.send(request, timeout: .seconds(120)) }
        #expect(inner.requests.count == 1)
    }

    @Test("waits for the end of an answer no longer than it is told")
    func stalls() async throws {
        let server = try await ScriptedServer { _, _ in
            .bytesAndSilence("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
        }
        let client = GuardedClient(.allowed(allow("http://127.0.0.1:\(server.port)/")))
        await #expect(throws: HTTPFault("it did not answer in time", isRetried: true)) {
            try await client.send(
                HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/"),
                timeout: .milliseconds(200)
            )
        }
    }

    @Test("reads no more than 1 MiB of an answer")
    func flood() async throws {
        let server = try await ScriptedServer { _, _ in .flood("HTTP/1.1 200 OK\r\n\r\n", times: 10_000) }
        let client = GuardedClient(.allowed(allow("http://127.0.0.1:\(server.port)/")))
        #expect(await fault(client, "http://127.0.0.1:\(server.port)/") == "it answered with more than 1 MiB")
    }
}
