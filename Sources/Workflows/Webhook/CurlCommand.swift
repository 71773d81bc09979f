/// A `curl` command as `webhookconfig.keptn.sh/v1alpha1` has it: read, and never run.
struct CurlCommand: Equatable {
    struct Invalid: Error, Equatable {
        let message: String
    }

    private(set) var method: String?
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var data: String?
    private(set) var url = ""

    static func == (left: CurlCommand, right: CurlCommand) -> Bool {
        left.method == right.method && left.data == right.data && left.url == right.url
            && left.headers.map { [$0.name, $0.value] } == right.headers.map { [$0.name, $0.value] }
    }

    init(_ text: String) throws(Invalid) {
        var words = try Self.words(text)[...]
        guard words.popFirst() == "curl" else { throw Invalid(message: "a request begins with `curl`") }
        while let word = words.popFirst() {
            let (option, attached) = Self.option(word)
            func argument() throws(Invalid) -> String {
                if let attached { return attached }
                guard let next = words.popFirst() else { throw Invalid(message: "`\(option)` needs a value") }
                return next
            }
            switch option {
            case "-X", "--request": method = try argument()
            case "-H", "--header":
                let header = try argument()
                guard let colon = header.firstIndex(of: ":") else {
                    throw Invalid(message: "the header `\(header.prefix(60))` has no `:`")
                }
                let value = header[header.index(after: colon)...].drop { $0 == " " }
                headers.append((String(header[..<colon]), String(value)))
            case "-d", "--data", "--data-raw", "--data-binary", "--data-ascii":
                let more = try argument()
                guard !more.hasPrefix("@") || option == "--data-raw" else {
                    throw Invalid(message: "`\(option) @…` would read a file; write the data itself")
                }
                data = data.map { $0 + "&" + more } ?? more
            case "--url": try take(argument())
            // An answer that is no success is a failure here anyway.
            case "-f", "--fail": break
            case _ where option.hasPrefix("-"):
                throw Invalid(
                    message:
                        "`\(option)` is not an option of a request here; known are `-X`, `-H`, `-d`, `--url` and `--fail`"
                )
            default: try take(word)
            }
        }
        guard !url.isEmpty else { throw Invalid(message: "there is no URL") }
    }

    private mutating func take(_ word: String) throws(Invalid) {
        guard url.isEmpty else {
            throw Invalid(message: "there are two URLs: `\(url.prefix(60))`, `\(word.prefix(60))`")
        }
        url = word
    }

    /// `--option=value` and `-Xvalue` taken apart.
    private static func option(_ word: String) -> (String, attached: String?) {
        if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            return (String(word[..<equals]), String(word[word.index(after: equals)...]))
        }
        if word.hasPrefix("-"), !word.hasPrefix("--"), word.count > 2 {
            return (String(word.prefix(2)), String(word.dropFirst(2)))
        }
        return (word, nil)
    }

    /// The words as a shell would take them apart, but for everything else that a shell does, which is refused.
    ///
    /// Templates are kept whole, whatever is in them.
    private static func words(_ text: String) throws(Invalid) -> [String] {
        var words: [String] = []
        var word: String?
        var rest = Substring(text)
        var quote: Character?
        while let character = rest.first {
            if rest.hasPrefix("{{"), let end = rest.firstRange(of: "}}") {
                word = (word ?? "") + rest[..<end.upperBound]
                rest = rest[end.upperBound...]
                continue
            }
            rest = rest.dropFirst()
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case ("\"", "\\"):
                guard let next = rest.popFirst() else { throw Invalid(message: "a quote does not end") }
                word = (word ?? "") + ("\"\\$`".contains(next) ? "" : "\\") + String(next)
            case (nil, "\\"):
                guard let next = rest.popFirst() else { throw Invalid(message: "a backslash at the end") }
                if !next.isNewline { word = (word ?? "") + String(next) }
            case (nil, _) where character.runsCommand(before: rest),
                ("\"", _) where character.runsCommand(before: rest):
                throw Invalid(message: "`$(…)` and backquotes would run a command; a request runs none")
            case (nil, ";"), (nil, "|"), (nil, ">"), (nil, "<"):
                throw Invalid(
                    message: "`\(character)` outside of quotes means something to a shell; there is none here"
                )
            case (nil, _) where character.isWhitespace:
                if let done = word { words.append(done) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw Invalid(message: "a quote does not end") }
        if let word { words.append(word) }
        return words
    }
}

extension Character {
    /// Whether a shell would begin a command here.
    fileprivate func runsCommand(before rest: Substring) -> Bool { self == "`" || self == "$" && rest.first == "(" }
}
