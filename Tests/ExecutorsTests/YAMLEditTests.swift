import Testing

@testable import Executors

@Suite("A value in a YAML file")
struct YAMLEditTests {
    private static let text = """
        # what runs in production
        image:
          repository: registry.example/carts   # never latest
          tag: 1.0.0      # written by a machine
        "quoted": "old"
        single: 'it''s old'
        empty:
        containers:
          - name: a
            image: a:1
          - {name: b, image: "b:1"}   # in one line

        """

    @Test(
        "is written in the place of the old one, and nothing else changes",
        arguments: [
            ("image.tag", "1.1.0", "  tag: 1.1.0      # written by a machine"),
            ("image.tag", "a: b", "  tag: \"a: b\"      # written by a machine"),
            ("image.repository", "other/carts@sha256:00", "  repository: \"other/carts@sha256:00\"   # never latest"),
            ("quoted", "ne\"w", "\"quoted\": \"ne\\\"w\""), ("single", "it's new", "single: 'it''s new'"),
            ("containers.0.image", "a:2", "    image: a:2"),
            ("containers.1.image", "b:2", "  - {name: b, image: \"b:2\"}   # in one line"),
        ]
    )
    func set(path: String, value: String, line: String) throws {
        var edit = YAMLEdit(Self.text)
        try edit.set(path, to: value)
        let (before, after) = (Self.text.split(separator: "\n"), edit.text.split(separator: "\n"))
        let changed = zip(before, after).filter { $0 != $1 }
        #expect(changed.map { String($0.1) } == [line])
        #expect(before.count == after.count)
    }

    @Test("that is there already is left alone")
    func same() throws {
        var edit = YAMLEdit(Self.text)
        try edit.set("image.tag", to: "1.0.0")
        #expect(edit.text == Self.text)
    }

    @Test(
        "that is not there is said to be missing",
        arguments: [
            ("image.tog", "there is no `image.tog` in it: `tog` is missing"),
            ("image", "`image` is a mapping, not a single value"),
            ("containers.5.image", "there is no `containers.5.image` in it: the list has 2 items"),
            ("image.tag.x", "there is no `image.tag.x` in it: `x` stands below a single value"),
        ]
    )
    func missing(path: String, message: String) {
        var edit = YAMLEdit(Self.text)
        #expect(throws: YAMLEdit.Impossible(message: message)) { try edit.set(path, to: "x") }
    }
}
