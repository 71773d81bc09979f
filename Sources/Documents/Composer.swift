/// Makes a tree of nodes out of a YAML text, within ``Limits``, and reports what YAML itself forbids.
struct Composer: ~Copyable {
    /// Reading can't go on; the reason is in the log.
    private struct Stop: Error {}

    private let events: YAMLEvents
    private let text: String
    /// The text's lines, for hints about what could not be read.
    private lazy var lines: [String] = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { String($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) ?? "" }
    private let log: DiagnosticLog
    private var anchors: [String: Node] = [:]
    private var openAnchors: Set<String> = []
    private var aliasedNodes = 0

    init(_ text: String, log: DiagnosticLog) {
        self.text = text
        self.log = log
        events = YAMLEvents(text)
    }

    /// The document's root, or nil where it is empty or can't be read; then the log says why.
    mutating func compose() -> Node? {
        do {
            let (event, position) = try next()
            guard case .documentStart = event else {
                log.error(at: position, "the file is empty")
                return nil
            }
            let (first, rootPosition) = try next()
            let root = try node(first, at: rootPosition, depth: 1)
            try expectOneDocument()
            guard !root.isNull else {
                log.error(at: root.position, "the document is empty")
                return nil
            }
            return root
        } catch {
            return nil
        }
    }

    private mutating func expectOneDocument() throws(Stop) {
        _ = try next()
        let (event, position) = try next()
        if case .streamEnd = event { return }
        log.error(
            at: position,
            "a second document starts here; one file holds one document, so put it into its own file"
        )
        throw Stop()
    }

    private mutating func node(_ event: YAMLEvents.Event, at position: Position, depth: Int) throws(Stop) -> Node {
        switch event {
        case .scalar(let scalar, let anchor):
            return define(anchor, Node(.scalar(scalar), at: position))
        case .alias(let name):
            return try resolve(name, at: position, depth: depth)
        case .sequenceStart(let anchor):
            try enter(anchor, at: position, depth: depth)
            return define(anchor, Node(.sequence(try items(depth: depth)), at: position))
        case .mappingStart(let anchor):
            try enter(anchor, at: position, depth: depth)
            return define(anchor, Node(.mapping(try entries(depth: depth)), at: position))
        case .documentStart, .documentEnd, .streamEnd, .sequenceEnd, .mappingEnd:
            preconditionFailure("libyaml's grammar has no \(event) where a value starts")
        }
    }

    private mutating func items(depth: Int) throws(Stop) -> [Node] {
        var items: [Node] = []
        while true {
            let (event, position) = try next()
            if case .sequenceEnd = event { return items }
            items.append(try node(event, at: position, depth: depth + 1))
        }
    }

    private mutating func entries(depth: Int) throws(Stop) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var lines: [String: Int] = [:]
        while !log.isFull {
            let (event, position) = try next()
            if case .mappingEnd = event { return entries }
            let key = try node(event, at: position, depth: depth + 1)
            let (valueEvent, valuePosition) = try next()
            let value = try node(valueEvent, at: valuePosition, depth: depth + 1)
            guard case .scalar(let scalar) = key.content else {
                let hint = templateHint(position.line)
                log.error(at: position, "a key must be text, not \(key.kindName)" + hint)
                guard hint.isEmpty else { throw Stop() }
                continue
            }
            if let line = lines.updateValue(position.line, forKey: scalar.text) {
                lines[scalar.text] = line
                log.error(
                    at: position,
                    "`\(scalar.text.abbreviated)` is set already in line \(line); keep one of the two"
                )
                continue
            }
            entries.append(Node.Entry(key: scalar.text, keyPosition: position, value: value))
        }
        throw Stop()
    }

    private mutating func enter(_ anchor: String?, at position: Position, depth: Int) throws(Stop) {
        guard depth <= Limits.depth else { throw tooDeep(at: position) }
        if let anchor { openAnchors.insert(anchor) }
    }

    private mutating func define(_ anchor: String?, _ node: Node) -> Node {
        if let anchor {
            anchors[anchor] = node
            openAnchors.remove(anchor)
        }
        return node
    }

    private mutating func resolve(_ name: String, at position: Position, depth: Int) throws(Stop) -> Node {
        guard !openAnchors.contains(name) else {
            log.error(at: position, "`*\(name.abbreviated)` stands inside the value that it stands for")
            throw Stop()
        }
        guard let target = anchors[name] else {
            let hint = name.suggestion(among: anchors.keys)
            log.error(at: position, "no anchor `&\(name.abbreviated)` stands before this alias\(hint)")
            throw Stop()
        }
        guard depth + target.height - 1 <= Limits.depth else { throw tooDeep(at: position) }
        aliasedNodes += target.size
        guard aliasedNodes <= Limits.aliasedNodes else {
            log.error(
                at: position,
                "aliases make this document larger than \(Limits.aliasedNodes) values; write it out"
            )
            throw Stop()
        }
        return Node(target.content, at: position)
    }

    private static let tooDeep = "lists and mappings stand in each other more than \(Limits.depth) levels deep"

    private func tooDeep(at position: Position) -> Stop {
        log.error(at: position, Self.tooDeep)
        return Stop()
    }

    private mutating func next() throws(Stop) -> (event: YAMLEvents.Event, position: Position) {
        do {
            return try events.next()
        } catch {
            let (position, message) = explain(error)
            log.error(at: position, message)
            throw Stop()
        }
    }

    /// libyaml's words, and what is behind them in the files that people write.
    private mutating func explain(_ failure: YAMLEvents.Failure) -> (Position, String) {
        let position = failure.position
        let line = sourceLine(position.line)
        let template = templateHint(position.line)
        if !template.isEmpty { return (position, "not YAML" + template) }
        if failure.problem.contains("nesting") { return (position, Self.tooDeep) }
        if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
            return (position, "a tab in the indentation; YAML takes spaces only")
        }
        let value = line.drop { $0 == " " || $0 == "-" }
        if value.hasPrefix(">") || value.hasPrefix("|") {
            let symbol = value.prefix(1)
            return (
                position,
                "YAML reads a leading `\(symbol)` as the start of a text block; write it in quotes: \"\(value.trimmed)\""
            )
        }
        if failure.problem.contains("cannot start any token") {
            let character = line.dropFirst(position.column - 1).prefix(1)
            return (position, "no value starts with `\(character)` in YAML; put it in quotes")
        }
        if failure.problem.contains("end of stream"), failure.context.contains("quoted") {
            return (failure.contextPosition, "this quote is not closed")
        }
        if failure.problem.contains("',' or") {
            let opening = failure.problem.contains("']'") ? "[" : "{"
            return (
                position,
                "the `\(opening)` in line \(failure.contextPosition.line) is not closed, or a comma is missing"
            )
        }
        if failure.problem.contains("block end") || failure.problem.contains("expected key"),
            line.trimmed.hasPrefix("-")
        {
            return (position, "this list item is not indented like the ones before it")
        }
        if failure.problem.contains("expected ':'") {
            return (position, "expected `key: value` here or in the line before, with a space after the colon")
        }
        return (position, "not YAML: \(failure.problem)")
    }

    private mutating func templateHint(_ line: Int) -> String {
        sourceLine(line).contains("{{")
            ? "; `{{` starts a template: render it first (`helm template`), or put the value in quotes" : ""
    }

    private mutating func sourceLine(_ number: Int) -> Substring {
        lines.indices.contains(number - 1) ? lines[number - 1][...] : ""
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
