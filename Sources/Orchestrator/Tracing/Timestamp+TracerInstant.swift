import Events
import Tracing

extension Timestamp: TracerInstant {
    public var nanosecondsSinceEpoch: UInt64 { UInt64(max(0, milliseconds)) * 1_000_000 }
}
