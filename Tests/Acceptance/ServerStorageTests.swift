import Foundation
import TestSupport
import Testing

/// What can happen to the place where a running server keeps its events.
@Suite("A server's storage")
struct ServerStorageTests {
    private static let mayMount = getuid() == 0

    /// Runs a script with a small file system of its own at `disk`, and a server on it at `$url` with the process `$server`.
    private func withServer(_ folder: TemporaryFolder, size: String, _ script: String) async throws -> ProgramResult {
        try folder.write("disk/.keep", "")
        let text = """
            set -u
            mount -t tmpfs -o size=\(size) tmpfs disk
            serve() {
                : > log
                \(Program.tidegatePath) serve --data-dir disk/data --listen 127.0.0.1:0 2>log &
                server=$!
                until url=$(sed -n 's/.*listening on \\([^,]*\\),.*/\\1/p' log) && [ -n "$url" ]; do
                    kill -0 $server || { cat log >&2; exit 99; }
                    sleep 0.05
                done
            }
            send() { # prints the status; the bytes that the event's data has, and its id
                filler=$(head -c "$1" /dev/zero | tr '\\0' x)
                printf '{"specversion":"1.0","id":"%s","source":"s","type":"x","data":"%s"}' $2 "$filler" > event
                curl -s -o answer -D headers -w '%{http_code}' -H 'Content-Type: application/cloudevents+json' --data-binary @event $url/v1/events
            }
            trap 'kill -9 $server 2>/dev/null' EXIT
            serve
            \(script)
            """
        return try await Program.run("unshare", ["--mount", "sh", "-c", text], folder: folder.path)
    }

    @Test(
        "full: 503 with Retry-After, reads go on, nothing acknowledged is lost, and it recovers by itself",
        .enabled(if: mayMount, "mounting a file system takes the superuser")
    )
    func full() async throws {
        let folder = try TemporaryFolder()
        let result = try await withServer(
            folder,
            size: "3m",
            """
            kept=0
            while [ "$(send 50000 $kept)" = 202 ]; do kept=$((kept + 1)); [ $kept -lt 200 ] || exit 90; done
            grep -q '"status":503' answer || { cat answer; exit 91; }
            grep -qi '^retry-after: ' headers || exit 92
            cat /dev/zero > disk/ballast 2>/dev/null
            small=0 # what is freed within the files takes some more
            while status=$(send 2000 small-$small) && [ "$status" = 202 ]; do
                kept=$((kept + 1)); small=$((small + 1)); [ $small -lt 2000 ] || exit 93
            done
            [ "$status" = 503 ] || exit 93
            listed=$(curl -s "$url/v1/events?limit=1000" | grep -o '"position":' | wc -l)
            [ "$listed" = "$kept" ] || { echo "$listed of $kept"; exit 94; }
            rm disk/ballast
            mount -o remount,size=20m disk
            [ "$(send 10 last)" = 202 ] || { cat answer; exit 95; }
            kill -TERM $server; wait $server || exit 96
            \(Program.tidegatePath) check --data-dir disk/data
            """
        )
        #expect(result.code == 0, "\(result.output) \(result.errors)")
        #expect(result.output.hasSuffix("whole\n"))
    }

    @Test(
        "read-only: 503, and reads go on",
        .enabled(if: mayMount, "mounting a file system takes the superuser")
    )
    func readOnly() async throws {
        let folder = try TemporaryFolder()
        let result = try await withServer(
            folder,
            size: "20m",
            """
            [ "$(send 10 first)" = 202 ] || exit 90
            kill -TERM $server; wait $server || exit 91
            mount -o remount,ro disk
            \(Program.tidegatePath) serve --data-dir disk/data --listen 127.0.0.1:0; [ $? -eq 3 ] || exit 92
            mount -o remount,rw disk
            trap 'kill -9 $server 2>/dev/null' EXIT
            serve
            [ "$(send 10 second)" = 202 ] || exit 93
            kill -TERM $server; wait $server
            """
        )
        #expect(result.code == 0, "\(result.output) \(result.errors)")
        #expect(result.errors.contains("Read-only file system"), "\(result.errors)")
    }

    @Test("with a corrupt page: what can't be read is 503, the server goes on, and the check says so")
    func corrupt() async throws {
        let folder = try TemporaryFolder()
        let server = try await RunningServer(directory: folder.path + "/data")
        for number in 0..<200 {
            let event = RunningServer.event("x", id: "\(number)", data: ["text": String(repeating: "x", count: 500)])
            #expect(try await server.send(event).status == 202)
        }
        #expect(server.stop() == 0)
        let path = server.directory + "/tidegate.db"
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try handle.seekToEnd()
        // All but the first pages, which hold the schema.
        for page in stride(from: UInt64(40 * 4096), to: size, by: 4096) {
            try handle.seek(toOffset: page)
            try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        }
        try handle.close()
        let check = try await Program.tidegate(["check", "--data-dir", server.directory])
        #expect(check.code != 0)
        #expect(!check.errors.isEmpty)
        do {
            try await server.start()
            let list = try await server.call(.GET, "/v1/events?limit=1000")
            #expect(list.status == 503, "\(list.body.prefix(200))")
            #expect(try await server.call(.GET, "/livez").status == 200)
            _ = server.stop()
        } catch {
            // Where the damage hits what a start needs, it says so and ends.
            #expect("\(error)".contains("damaged"), "\(error)")
        }
    }
}
