import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// `tidegate serve` as a process: started, asked, killed, and started again on the same data.
public final class RunningServer: @unchecked Sendable {
    // A test uses it from one task at a time, but for `url`, which is set before anybody else is told of it.

    public struct Answer: Sendable {
        public let status: Int
        public let headers: HTTPHeaders
        public let body: String

        public var json: Any? { try? JSONSerialization.jsonObject(with: Data(body.utf8)) }
        public var object: [String: Any] { json as? [String: Any] ?? [:] }
        public var items: [[String: Any]] { object["items"] as? [[String: Any]] ?? [] }
    }

    struct NotStarted: Error {
        let log: String
    }

    public let directory: String
    public private(set) var url = ""
    public var port: Int { Int(url.split(separator: ":").last ?? "") ?? 0 }
    private let arguments: [String]
    private let environment: [String: String]
    private var process = Process()
    private var starts = 0
    private var logPath: String { "\(directory).log.\(starts)" }

    public var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }
    public var processID: Int32 { process.processIdentifier }

    /// Starts a server on a free port of loopback.
    ///
    /// - Parameters:
    ///   - directory: Its data directory; what it says goes into files beside it.
    ///   - arguments: Beside `--data-dir` and `--listen`.
    ///   - environment: Beside a bare one.
    /// - Throws: Where it does not begin to listen within a minute.
    public init(directory: String, arguments: [String] = [], environment: [String: String] = [:]) async throws {
        self.directory = directory
        self.arguments = arguments
        self.environment = environment
        try await start()
    }

    public func start() async throws {
        starts += 1
        process = Process()
        process.executableURL = URL(filePath: Program.tidegatePath)
        process.arguments = ["serve", "--data-dir", directory, "--listen", "127.0.0.1:\(port)"] + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": directory].merging(environment) { $1 }
        try Data().write(to: URL(filePath: logPath))
        process.standardError = FileHandle(forWritingAtPath: logPath)
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<3000 {
            if let range = log.range(of: "listening on "), let end = log[range.upperBound...].firstIndex(of: ",") {
                url = String(log[range.upperBound..<end])
                return
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotStarted(log: log)
    }

    /// SIGKILL: nothing is finished, nothing is closed.
    public func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM.
    ///
    /// - Returns: The exit code.
    @discardableResult
    public func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    deinit {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    // MARK: Asking

    public func call(
        _ method: HTTPMethod = .GET,
        _ path: String,
        body: String? = nil,
        type: String = "application/json",
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let buffer = try await response.body.collect(upTo: 256 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: buffer))
    }

    /// Applies documents to a project.
    public func apply(_ project: String, _ documents: [String: String]) async throws -> Answer {
        let body: [String: Any] = [
            "project": project, "documents": documents.map { ["path": $0.key, "text": $0.value] },
        ]
        let data = try JSONSerialization.data(withJSONObject: body)
        return try await call(.POST, "/v1/apply", body: String(decoding: data, as: UTF8.self))
    }

    /// An event in its structured form.
    public static func event(
        _ type: String,
        id: String,
        source: String = "test",
        context: String? = nil,
        triggered: String? = nil,
        data: [String: Any]
    ) -> String {
        var event: [String: Any] = ["specversion": "1.0", "id": id, "source": source, "type": type, "data": data]
        event["shkeptncontext"] = context
        event["triggeredid"] = triggered
        let bytes = (try? JSONSerialization.data(withJSONObject: event)) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }

    public func send(_ event: String) async throws -> Answer {
        try await call(.POST, "/v1/events", body: event, type: "application/cloudevents+json")
    }

    /// The whole log.
    public func events() async throws -> [[String: Any]] {
        var all: [[String: Any]] = []
        var after = 0
        while true {
            let page = try await call(.GET, "/v1/events?after=\(after)&limit=1000")
            all += page.items
            guard let next = page.object["next"] as? Int else { return all }
            after = next
        }
    }

    /// Waits for a condition, for at most two minutes.
    ///
    /// - Returns: Whether it came true.
    public static func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
        for _ in 0..<2400 {
            if try await condition() { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}
