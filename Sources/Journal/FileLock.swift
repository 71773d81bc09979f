#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An advisory lock on a file, held until it is released or the process ends.
final class FileLock: Sendable {
    enum Mode {
        /// With others that share it; not while one holds it alone.
        case shared
        case exclusive
    }

    /// The file can't be opened.
    struct Unavailable: Error {
        let reason: String
    }

    private let descriptor: Int32

    /// Nil where it is held, and stays so.
    ///
    /// - Parameters:
    ///   - path: The file, made where it is missing.
    ///   - mode: Whether others may hold it too.
    ///   - patience: How long to wait until it is free.
    /// - Throws: ``Unavailable`` where the file can't be opened.
    init?(_ path: String, _ mode: Mode, patience: Duration = .zero) throws(Unavailable) {
        let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        descriptor = file
        guard file >= 0 else { throw Unavailable(reason: String(cString: strerror(errno))) }
        let operation = (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB
        let end = ContinuousClock.now + patience
        while flock(file, operation) != 0 {
            let reason = errno
            if reason == EINTR { continue }
            if reason == EWOULDBLOCK, ContinuousClock.now < end {
                usleep(2000)
                continue
            }
            if reason == EWOULDBLOCK { return nil }
            throw Unavailable(reason: String(cString: strerror(reason)))
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}
