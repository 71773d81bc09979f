import Foundation
import TestSupport
import Testing

@Suite("A command")
struct CommandExecutorTests {
    /// Says who it is, writes down what it was given, and does what the test says.
    private static func script(_ body: String) -> String {
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho $$ $TIDEGATE_IDEMPOTENCY_KEY >> runs\ncat > event\n\(body)\n"
    }

    private static func isRunning(_ process: Int32) -> Bool { kill(process, 0) == 0 }

    private func with(
        _ body: String,
        more: String = "",
        _ test: (ActingServer, TemporaryFolder) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let program = try folder.write("bin/deploy", Self.script(body))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let acting = try await ActingServer(
            folder: folder,
            tasks: ["deployment", "after"],
            spec: """
                  executors:
                    - name: deployer
                      tasks: [deployment, after]
                \(more)
                      command:
                        program: \(program)
                        arguments: ["{{.data.service}}", "--image={{.data.image}}"]
                        environment: {STAGE: "{{.data.stage}}"}
                        passes: [PASSED]
                  allow: {commands: [\(program)]}
                """,
            settings: "  commands: [\(program)]\n  variables: [STAGE, PASSED]",
            environment: ["PASSED": "yes", "SECRET": "s3cret"]
        )
        try await test(acting, folder)
        #expect(acting.server.stop() == 0)
    }

    private func runs(_ folder: TemporaryFolder) -> [(process: Int32, key: String)] {
        let text = (try? String(contentsOfFile: folder.path + "/bin/runs", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return (Int32(words[0]) ?? 0, String(words.last ?? ""))
        }
    }

    @Test("is given the event and its arguments, and what it says is handed on")
    func result() async throws {
        let body = """
            echo "$@ $STAGE $PASSED $SECRET" > arguments
            echo progress >&2
            echo '{"message": "done well", "url": "http://x"}'
            """
        try await with(body) { acting, folder in
            let context = try await acting.trigger(data: ["image": "carts:1; rm -rf $HOME"])
            #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
            let arguments = try String(contentsOfFile: folder.path + "/bin/arguments", encoding: .utf8)
            #expect(arguments == "carts --image=carts:1; rm -rf $HOME dev yes \n")
            let finished = try #require(try await acting.events(context, "sh.keptn.event.deployment.finished").first)
            #expect(finished["source"] as? String == "/tidegate/executor/deployer")
            let data = try #require(finished["data"] as? [String: Any])
            #expect(data["message"] as? String == "done well")
            #expect((data["output"] as? [String: Any])?["stderr"] as? String == "progress\n")
            let after = try #require(try await acting.events(context, "sh.keptn.event.after.triggered").first)
            let given = try #require(after["data"] as? [String: Any])
            #expect((given["deployment"] as? [String: Any])?["url"] as? String == "http://x")
            #expect(given["output"] == nil, "what was said is not handed on")
            let triggered = try await acting.events(context, "sh.keptn.event.deployment.triggered").first
            #expect(runs(folder).first?.key == triggered?["id"] as? String)
        }
    }

    @Test("need not read what it is given, however much that is")
    func unread() async throws {
        let folder = try TemporaryFolder()
        let acting = try await ActingServer(
            folder: folder,
            tasks: ["deployment"],
            spec:
                "  executors: [{name: x, tasks: [deployment], command: {program: /bin/true}}]\n  allow: {commands: [/bin/true]}",
            settings: "  commands: [/bin/true]"
        )
        for _ in 0..<20 {
            let context = try await acting.trigger(data: ["large": String(repeating: "x", count: 300_000)])
            #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
        }
        #expect(acting.server.stop() == 0)
    }

    @Test("that is not listed by the project and by the operator is not run")
    func notAllowed() async throws {
        let folder = try TemporaryFolder()
        for (allow, settings, message) in [
            ("[]", "[/bin/true]", "the project does not allow /bin/true: add it to `allow.commands` of project.yaml"),
            (
                "[/bin/true]", "[]",
                "the server's operator does not allow /bin/true: it is not among `commands` of the server file"
            ),
        ] {
            let acting = try await ActingServer(
                folder: folder,
                tasks: ["deployment"],
                spec:
                    "  executors: [{name: x, tasks: [deployment], command: {program: /bin/true}}]\n  allow: {commands: \(allow)}",
                settings: "  commands: \(settings)"
            )
            let item = try await acting.end(of: try await acting.trigger())
            #expect(item["state"] as? String == "errored")
            #expect(item["message"] as? String == message)
            #expect(acting.server.stop() == 0)
        }
    }

    @Test("gets no variable that the operator has not listed: by some, a program can be made to do anything")
    func variables() async throws {
        for work in ["environment: {BASH_ENV: x}", "passes: [BASH_ENV]"] {
            let acting = try await ActingServer(
                folder: try TemporaryFolder(),
                tasks: ["deployment"],
                spec: """
                      executors: [{name: x, tasks: [deployment], command: {program: /bin/true, \(work)}}]
                      allow: {commands: [/bin/true]}
                    """,
                settings: "  commands: [/bin/true]\n  variables: [STAGE]"
            )
            let item = try await acting.end(of: try await acting.trigger())
            #expect(
                item["message"] as? String
                    == "the server's operator does not allow the variable BASH_ENV: it is not among `variables` of the server file"
            )
            #expect(acting.server.stop() == 0)
        }
    }

    @Test("that says more than is kept of it is not taken for one that has passed")
    func largeResult() async throws {
        for (size, message) in [
            (70_000, "`deploy` ended with 0"), (200_000, "`deploy` said more than 128 KiB of JSON"),
        ] {
            let body = """
                printf '{"result": "fail", "text": "'; head -c \(size) /dev/zero | tr '\\0' x; echo '"}'
                """
            try await with(body) { acting, _ in
                let context = try await acting.trigger(data: ["image": "carts:1"])
                #expect(try await acting.end(of: context)["state"] as? String != "succeeded")
                let event = try await acting.events(context, "sh.keptn.event.deployment.finished").first
                let data = event?["data"] as? [String: Any]
                #expect(data?["result"] as? String == "fail")
                #expect(data?["message"] as? String == message)
            }
        }
    }

    @Test("that takes too long is killed with all that it has started")
    func timeout() async throws {
        try await with("sleep 1000 & echo $! > child\nwait", more: "      timeout: 1s\n      retries: 1") {
            acting,
            folder in
            let item = try await acting.end(of: try await acting.trigger(data: ["image": "x"]))
            #expect(item["state"] as? String == "errored")
            #expect(item["message"] as? String == "`deploy` did not end within 1s and was killed")
            let all = runs(folder)
            #expect(all.count == 2, "it was tried again")
            #expect(all[0].key == all[1].key)
            let child = try String(contentsOfFile: folder.path + "/bin/child", encoding: .utf8)
            let processes = all.map(\.process) + [Int32(child.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0]
            #expect(await RunningServer.eventually { !processes.contains(where: Self.isRunning) })
        }
    }

    @Test("is killed when its sequence is aborted")
    func abort() async throws {
        try await with("sleep 1000 & wait") { acting, folder in
            let context = try await acting.trigger(data: ["image": "x"])
            #expect(await RunningServer.eventually { !runs(folder).isEmpty })
            #expect(try await acting.server.call(.POST, "/v1/sequences/\(context)/abort").status == 202)
            #expect(await RunningServer.eventually { !Self.isRunning(runs(folder)[0].process) })
            #expect(try await acting.end(of: context)["state"] as? String == "aborted")
        }
    }

    @Test("that was under way when the server was killed is begun again, with the same key")
    func killed() async throws {
        try await with("[ -e go ] || sleep 1000") { acting, folder in
            let context = try await acting.trigger(data: ["image": "x"])
            #expect(await RunningServer.eventually { !runs(folder).isEmpty })
            let first = runs(folder)[0].process
            acting.server.kill()
            try folder.write("bin/go", "")
            try await acting.server.start()
            #expect(try await acting.end(of: context)["state"] as? String == "succeeded")
            let deployment = runs(folder).prefix(2)
            #expect(deployment.count == 2)
            #expect(deployment.first?.key == deployment.last?.key)
            // It outlived the server, and is not the server's to wait for.
            kill(-first, SIGKILL)
            #expect(try await acting.events(context, "sh.keptn.event.deployment.finished").count == 1)
        }
    }

    @Test("stays within its memory, and of what it says the beginning and the end are kept")
    func limits() async throws {
        let body = "head -c 300000 /dev/zero | tr '\\0' x; echo end\npython3 -c 'x = bytearray(1 << 30)' || exit 7"
        try await with(body) { acting, _ in
            let context = try await acting.trigger(data: ["image": "x"])
            #expect(try await acting.end(of: context)["state"] as? String == "succeeded", "no limit, no trouble")
            let finished = try #require(try await acting.events(context, "sh.keptn.event.deployment.finished").first)
            let output = (finished["data"] as? [String: Any])?["output"] as? [String: Any]
            let text = try #require(output?["stdout"] as? String)
            #expect(text.count < 132_000)
            #expect(text.hasPrefix("xxx"))
            #expect(text.hasSuffix("xend\n"))
            #expect(text.contains("… 168932 bytes left out …"))
        }
        let folder = try TemporaryFolder()
        let acting = try await ActingServer(
            folder: folder,
            tasks: ["deployment"],
            spec: """
                  executors:
                    - name: x
                      tasks: [deployment]
                      command: {program: /usr/bin/python3, arguments: ["-c", "x = bytearray(1 << 30)"], memory: 256MiB}
                  allow: {commands: [/usr/bin/python3]}
                """,
            settings: "  commands: [/usr/bin/python3]"
        )
        let item = try await acting.end(of: try await acting.trigger())
        #expect(item["state"] as? String == "failed")
        #expect(item["message"] as? String == "`python3` ended with 1: MemoryError")
        #expect(acting.server.stop() == 0)
    }
}
