import CYaml

/// The stream of events that libyaml makes of a text.
///
/// Events rather than Yams' finished tree, because a tree can't be had of a document with a duplicate key, and
/// because limits must be kept while reading, not after.
struct YAMLEvents: ~Copyable {
    enum Event {
        case documentStart
        case documentEnd
        case streamEnd
        case alias(String)
        case scalar(Node.Scalar, anchor: String?)
        case sequenceStart(anchor: String?)
        case sequenceEnd
        case mappingStart(anchor: String?)
        case mappingEnd
    }

    /// What libyaml could not read, in its own words.
    struct Failure: Error {
        let problem: String
        let position: Position
        /// What it was about to read, and where that began.
        let context: String
        let contextPosition: Position
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    init(_ text: String) {
        parser = .allocate(capacity: 1)
        yaml_parser_initialize(parser)
        let utf8 = text.utf8
        bytes = .allocate(capacity: utf8.count)
        _ = bytes.initialize(from: utf8)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        bytes.deallocate()
    }

    /// The next event and where it stands. After `streamEnd` or a failure there are no more.
    func next() throws(Failure) -> (event: Event, position: Position) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
        defer { yaml_event_delete(&event) }
        let position = Position(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return try next()
        case YAML_DOCUMENT_START_EVENT: return (.documentStart, position)
        case YAML_DOCUMENT_END_EVENT: return (.documentEnd, position)
        case YAML_ALIAS_EVENT: return (.alias(String(event.data.alias.anchor) ?? ""), position)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            return (.scalar(Node.Scalar(text: text, isPlain: isPlain), anchor: String(scalar.anchor)), position)
        case YAML_SEQUENCE_START_EVENT:
            return (.sequenceStart(anchor: String(event.data.sequence_start.anchor)), position)
        case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, position)
        case YAML_MAPPING_START_EVENT:
            return (.mappingStart(anchor: String(event.data.mapping_start.anchor)), position)
        case YAML_MAPPING_END_EVENT: return (.mappingEnd, position)
        default: return (.streamEnd, position)
        }
    }

    private var failure: Failure {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "unreadable"
        let hasMark = parser.pointee.error != YAML_READER_ERROR
        let mark = hasMark ? parser.pointee.problem_mark : parser.pointee.mark
        return Failure(
            problem: problem,
            position: Position(mark),
            context: parser.pointee.context.map { String(cString: $0) } ?? "",
            contextPosition: Position(parser.pointee.context_mark)
        )
    }
}

extension Position {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}

extension String {
    fileprivate init?(_ anchor: UnsafeMutablePointer<yaml_char_t>?) {
        guard let anchor else { return nil }
        self.init(cString: anchor)
    }
}
