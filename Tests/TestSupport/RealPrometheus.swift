import Foundation
import Subprocess
import SystemPackage

/// A real Prometheus, as the system has it, on a free port of loopback.
public enum RealPrometheus {
    /// It did not start; what it said is in the text.
    public struct Failed: Error {
        public let log: String
    }

    /// Starts it with samples, hands its URL on, and stops it.
    public static func run<Value: Sendable>(
        _ samples: Samples,
        _ body: @Sendable @escaping (_ url: String) async throws -> Value
    ) async throws -> Value {
        let folder = try TemporaryFolder()
        let file = try folder.write("samples.txt", samples.text)
        let blocks = try await Program.run(
            "promtool",
            ["tsdb", "create-blocks-from", "openmetrics", file, folder.path + "/data"]
        )
        guard blocks.code == 0 else { throw Failed(log: blocks.output + blocks.errors) }
        let configuration = try folder.write("prometheus.yml", "global: {}\n")
        let result = try await Subprocess.run(
            .name("prometheus"),
            arguments: [
                "--config.file=\(configuration)", "--storage.tsdb.path=\(folder.path)/data",
                "--storage.tsdb.retention.time=90d", "--web.listen-address=127.0.0.1:0",
            ],
            input: .none,
            output: .discarded,
            error: .sequence
        ) { execution -> Result<Value, any Error> in
            var log = ""
            var address: String?
            for try await line in execution.standardError.strings() {
                log += line + "\n"
                address = address ?? listeningAddress(line)
                if let address, line.contains("Server is ready") {
                    // The rest of its log is not read; it is short and fits into the pipe.
                    let value: Result<Value, any Error>
                    do {
                        value = .success(try await body("http://" + address))
                    } catch {
                        value = .failure(error)
                    }
                    try execution.send(signal: .terminate)
                    return value
                }
            }
            return .failure(Failed(log: log))
        }
        return try result.closureResult.get()
    }

    private static func listeningAddress(_ line: String) -> String? {
        guard line.contains("msg=\"Listening on\""), let range = line.range(of: "address=") else { return nil }
        return String(line[range.upperBound...].prefix { !$0.isWhitespace })
    }
}
