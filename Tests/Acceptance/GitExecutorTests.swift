import Foundation
import TestSupport
import Testing

@Suite("A promotion by git")
struct GitExecutorTests {
    /// A repository to push to, with a values file for two services.
    private func repository(_ folder: TemporaryFolder) async throws -> String {
        try folder.write("work/carts/values.yaml", "# what runs\nimage:\n  tag: 1.0.0   # by a machine\n")
        try folder.write("work/orders/values.yaml", "image: {tag: '1.0.0'}\n")
        let script = """
            git init -q --bare -b main repo.git
            cd work && git init -q -b main . && git add . && git -c user.name=a -c user.email=a@b commit -qm first
            git push -q ../repo.git main
            """
        let result = try await Program.run("sh", ["-euc", script], folder: folder.path)
        try #require(result.code == 0, "\(result.errors)")
        return folder.path + "/repo.git"
    }

    private func git(_ repository: String, _ arguments: [String]) async throws -> String {
        try await Program.run("git", ["-C", repository] + arguments).output
    }

    private func acting(_ folder: TemporaryFolder, _ repository: String) async throws -> ActingServer {
        try await ActingServer(
            folder: folder,
            tasks: ["release"],
            spec: """
                  executors:
                    - name: promote
                      tasks: [release]
                      git:
                        repository: \(repository)
                        file: "{{.data.service}}/values.yaml"
                        set: {image.tag: "{{.data.tag}}"}
                """
        )
    }

    @Test("writes the value where it stands, keeps the rest, and names the task; twice the same is once")
    func promoted() async throws {
        let folder = try TemporaryFolder()
        let repository = try await repository(folder)
        let acting = try await acting(folder, repository)
        let context = try await acting.trigger(data: ["tag": "1.1.0"])
        let item = try await acting.end(of: context)
        #expect(item["state"] as? String == "succeeded", "\(item)")
        #expect(
            try await git(repository, ["show", "main:carts/values.yaml"])
                == "# what runs\nimage:\n  tag: 1.1.0   # by a machine\n"
        )
        let message = try await git(repository, ["log", "-1", "--format=%an|%s|%b", "main"])
        #expect(message.hasPrefix("tidegate|Update carts/values.yaml for shop/dev/carts"))
        #expect(message.contains("Tidegate-Context: \(context)"))
        let again = try await acting.end(of: try await acting.trigger(data: ["tag": "1.1.0"]))
        #expect(again["state"] as? String == "succeeded")
        #expect(try await git(repository, ["rev-list", "--count", "main"]) == "2\n")
        #expect(acting.server.stop() == 0)
    }

    @Test("tries again where others have pushed meanwhile: two at once both arrive")
    func movedBranch() async throws {
        let folder = try TemporaryFolder()
        let repository = try await repository(folder)
        let acting = try await acting(folder, repository)
        let contexts = try await withThrowingTaskGroup(of: String.self) { group in
            for service in ["carts", "orders"] {
                group.addTask { try await acting.trigger(service: service, data: ["tag": "2.0.0"]) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for context in contexts { #expect(try await acting.end(of: context)["state"] as? String == "succeeded") }
        #expect(try await git(repository, ["show", "main:orders/values.yaml"]) == "image: {tag: '2.0.0'}\n")
        #expect(try await git(repository, ["show", "main:carts/values.yaml"]).contains("tag: 2.0.0 "))
        #expect(try await git(repository, ["rev-list", "--count", "main"]) == "3\n")
        #expect(acting.server.stop() == 0)
    }

    @Test("that was pushed when the server was killed is not made twice")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let repository = try await repository(folder)
        // The push has arrived, and is not answered yet.
        let hook = repository + "/hooks/post-receive"
        try "#!/bin/sh\ntouch '\(folder.path)/pushed'\n[ -e '\(folder.path)/go' ] || sleep 30\n".write(
            toFile: hook,
            atomically: true,
            encoding: .utf8
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
        let acting = try await acting(folder, repository)
        let context = try await acting.trigger(data: ["tag": "1.1.0"])
        #expect(await RunningServer.eventually { FileManager.default.fileExists(atPath: folder.path + "/pushed") })
        acting.server.kill()
        try folder.write("go", "")
        try await acting.server.start()
        let item = try await acting.end(of: context)
        #expect(item["state"] as? String == "succeeded", "\(item)")
        #expect(try await git(repository, ["rev-list", "--count", "main"]) == "2\n")
        let finished = try #require(try await acting.events(context, "sh.keptn.event.release.finished").first)
        #expect(
            ((finished["data"] as? [String: Any])?["message"] as? String)?.hasPrefix("main has it already, in ") == true
        )
        let output = (finished["data"] as? [String: Any])?["output"] as? [String: Any]
        #expect((output?["git"] as? String)?.hasPrefix("$ git clone\n") == true)
        #expect(acting.server.stop() == 0)
        _ = try await Program.run("pkill", ["-f", folder.path])
    }

    @Test(
        "says what is wrong with the file, the place, and the repository",
        arguments: [
            ("carts/values.yaml", "image.tog", "`carts/values.yaml`: there is no `image.tog` in it: `tog` is missing"),
            ("nothing.yaml", "image.tag", "there is no file `nothing.yaml` in the repository"),
            ("../values.yaml", "image.tag", "`../values.yaml` is not a file of the repository"),
        ]
    )
    func faults(file: String, place: String, message: String) async throws {
        let folder = try TemporaryFolder()
        let repository = try await repository(folder)
        let acting = try await ActingServer(
            folder: folder,
            tasks: ["release"],
            spec:
                "  executors: [{name: p, tasks: [release], git: {repository: \(repository), file: \(file), set: {\(place): x}}}]"
        )
        #expect(try await acting.end(of: try await acting.trigger())["message"] as? String == message)
        #expect(acting.server.stop() == 0)
    }
}
