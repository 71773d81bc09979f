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
    ///
    /// - Parameters:
    ///   - samples: What it has from before.
    ///   - port: Of loopback, which it scrapes, twice a second and with exemplars; nil for none.
    ///   - body: Given its URL.
    /// - Returns: What the body returned.
    /// - Throws: ``Failed``, or what the body threw.
    public static func run<Value: Sendable>(
        _ samples: Samples,
        scraping port: Int? = nil,
        _ body: @Sendable @escaping (_ url: String) async throws -> Value
    ) async throws -> Value {
        let folder = try TemporaryFolder()
        let file = try folder.write("samples.txt", samples.text)
        let blocks = try await Program.run(
            "promtool",
            ["tsdb", "create-blocks-from", "openmetrics", file, folder.path + "/data"]
        )
        guard blocks.code == 0 else { throw Failed(log: blocks.output + blocks.errors) }
        let configuration = try folder.write(
            "prometheus.yml",
            port.map {
                "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs: [{job_name: t, static_configs: [{targets: ['127.0.0.1:\($0)']}]}]\n"
            } ?? "global: {}\n"
        )
        // Its log goes into a file, which is looked at until it says what is wanted: a line in a pipe can be missed.
        let logPath = try folder.write("log", "")
        let log = try FileDescriptor.open(FilePath(logPath), .writeOnly)
        let result = try await Subprocess.run(
            .name("prometheus"),
            arguments: [
                "--config.file=\(configuration)", "--storage.tsdb.path=\(folder.path)/data",
                "--storage.tsdb.retention.time=90d", "--enable-feature=exemplar-storage",
                "--web.listen-address=127.0.0.1:0",
            ],
            input: .none,
            output: .discarded,
            error: .fileDescriptor(log, closeAfterSpawningProcess: true)
        ) { execution -> Result<Value, any Error> in
            let value: Result<Value, any Error>
            do {
                value = .success(try await body("http://" + address(inLog: logPath)))
            } catch {
                value = .failure(error)
            }
            try? execution.send(signal: .terminate)
            return value
        }
        return try result.closureResult.get()
    }

    /// Where it listens, once it is ready; at most after a minute.
    private static func address(inLog path: String) async throws -> String {
        for _ in 0..<1200 {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            if text.contains("Server is ready"),
                let address = text.split(separator: "\n").lazy.compactMap({ listeningAddress(String($0)) }).first
            {
                return address
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failed(log: try String(contentsOfFile: path, encoding: .utf8))
    }

    private static func listeningAddress(_ line: String) -> String? {
        guard line.contains("msg=\"Listening on\""), let range = line.range(of: "address=") else { return nil }
        return String(line[range.upperBound...].prefix { !$0.isWhitespace })
    }
}
