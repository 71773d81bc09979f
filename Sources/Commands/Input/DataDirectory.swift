import Foundation

/// Where results are kept unless `--data-dir` says otherwise: the user's state directory (XDG Base Directory 0.8).
enum DataDirectory {
    static func path(_ option: String?) throws(Failure) -> String {
        if let option { return option }
        let environment = Terminal.environment
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/tidegate" }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/tidegate" }
        throw Failure.usage("no home folder to keep results in; name one with `--data-dir DIR`, or use `--no-history`")
    }
}
