import Documents
import Events
import Hummingbird
import NIOCore

extension Request {
    /// The body, whole, within limits of size and time.
    func bytes(upTo limit: Int) async throws -> [UInt8] {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Problem(.tooLarge, "the body has \(length) bytes; \(limit) are taken here")
        }
        if let encoding = headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw Problem(
                .unsupportedMediaType,
                "the content encoding `\(encoding.abbreviated)` is not taken; send the body as it is"
            )
        }
        // A client that sends nothing at all is cut off by the idle timeout; one that trickles, here.
        let end = ContinuousClock.now + Limits.bodyTime
        var bytes: [UInt8] = []
        for try await part in body {
            bytes.append(contentsOf: part.readableBytesView)
            guard bytes.count <= limit else { throw Problem(.tooLarge, "the body is larger than \(limit) bytes") }
            guard ContinuousClock.now < end else {
                throw Problem(.timeout, "the body did not arrive within \(Limits.bodyTime.text)")
            }
        }
        return bytes
    }

    /// A JSON object from the body, with only these members.
    func object(_ names: [String], upTo limit: Int = Limits.event) async throws -> JSON {
        guard let type = headers[.contentType], type.isJSONMediaType else {
            throw Problem(.unsupportedMediaType, "send `Content-Type: application/json`")
        }
        let bytes = try await bytes(upTo: limit)
        let json: JSON
        do throws(JSONFault) {
            // Room for what is put around it in events.
            json = try JSON(parsing: bytes, depth: 10)
        } catch {
            throw Problem(EventFault.malformed(error))
        }
        guard let object = json.object else { throw Problem(.invalid, "expected a JSON object") }
        let unknown = object.keys.filter { !names.contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw Problem(
                .invalid,
                "unknown members; known here: \(names.joined(separator: ", "))",
                errors: unknown.prefix(20).map {
                    .init(pointer: "/\($0.abbreviated)", detail: "unknown\($0.suggestion(among: names))")
                }
            )
        }
        return json
    }

    /// The query's parameters; those that are not known are refused, as are two of one name.
    func query(_ names: [String]) throws -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in uri.queryParameters {
            let name = String(name)
            guard names.contains(name) else {
                let known = names.isEmpty ? "none are known here" : "known here: \(names.joined(separator: ", "))"
                throw Problem(.malformed, "unknown query parameter `\(name.abbreviated)`; \(known)")
            }
            guard values.updateValue(String(value), forKey: name) == nil else {
                throw Problem(.malformed, "the query parameter `\(name)` is given twice")
            }
        }
        return values
    }
}

extension [String: String] {
    /// A whole number of the query.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = self[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw Problem(
                .malformed,
                "`\(name)` must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    func boolean(_ name: String) throws -> Bool {
        switch self[name] {
        case nil, "false": return false
        case "true": return true
        default: throw Problem(.malformed, "`\(name)` must be true or false")
        }
    }
}

extension JSON {
    /// A name in the body that has to be there.
    func name(_ member: String) throws -> String {
        guard let text = self[member]?.text, (1...EventReader.nameLimit).contains(text.unicodeScalars.count),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
        else {
            throw Problem(
                .invalid,
                "`\(member)` is missing or no name",
                errors: [
                    .init(
                        pointer: "/\(member)",
                        detail:
                            "expected text of 1 to \(EventReader.nameLimit) characters, none of them control characters"
                    )
                ]
            )
        }
        return text
    }

    /// Optional text in the body.
    func optionalText(_ member: String) throws -> String? {
        guard let value = self[member] else { return nil }
        guard let text = value.text else {
            throw Problem(
                .invalid,
                "`\(member)` is no text",
                errors: [.init(pointer: "/\(member)", detail: "expected text")]
            )
        }
        return text
    }

    /// An optional object in the body.
    func optionalObject(_ member: String) throws -> JSON? {
        guard let value = self[member] else { return nil }
        guard value.object != nil else {
            throw Problem(
                .invalid,
                "`\(member)` is no object",
                errors: [.init(pointer: "/\(member)", detail: "expected an object")]
            )
        }
        return value
    }

    var lane: Lane {
        get throws {
            let lane = Lane(project: try name("project"), stage: try name("stage"), service: try name("service"))
            guard !lane.stage.utf8.contains(UInt8(ascii: ".")) else {
                throw Problem(
                    .invalid,
                    "a stage's name has no dot: in the types of events it is what parts it from the sequence",
                    errors: [.init(pointer: "/stage", detail: "expected a name without a dot")]
                )
            }
            return lane
        }
    }
}

extension Response {
    static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        .json(json.bytes, status: status)
    }

    static func json(_ bytes: some Collection<UInt8>, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
