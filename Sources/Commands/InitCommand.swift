import ArgumentParser
import Foundation

/// `tidegate init`: an SLO and an SLI file to start from.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented SLO file and SLI file to start from.",
        discussion: """
            Asks nothing, and overwrites nothing. The queries are for a service that counts its requests in \
            http_requests_total and http_request_duration_seconds.

            EXAMPLES
              tidegate init
              tidegate init quality
            """
    )

    @Argument(help: "Where to write slo.yaml and sli.yaml.")
    var folder = "."

    func run() throws {
        let files = [("slo.yaml", StarterFiles.slo), ("sli.yaml", StarterFiles.sli)]
        let paths = files.map { folder + "/" + $0.0 }
        for path in paths where FileManager.default.fileExists(atPath: path) {
            throw Failure.usage("\(path) is there already; nothing was written")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (path, file) in zip(paths, files) {
                try Data(file.1.utf8).write(to: URL(filePath: path), options: .withoutOverwriting)
            }
        } catch {
            throw Failure.unavailable("\(folder) can't be written to: \(error.localizedDescription)")
        }
        try Terminal.print(
            """
            wrote \(paths.joined(separator: " and "))
            next: tidegate evaluate --slo \(paths[0]) --sli \(paths[1]) --service NAME \\
                    --provider prometheus=http://127.0.0.1:9090 --window 10m
            """
        )
    }
}
