import Events
import Testing
import Workflows

@Suite("A template")
struct TemplateTests {
    private static let values: JSON = [
        "id": "7",
        "data": [
            "project": "shop", "score": .number(97.5), "quoted": "a \"b\"\n", "path": "../x?y", "list": ["one", "two"],
            "none": .null,
        ],
    ]

    @Test(
        "puts in what an event says",
        arguments: [
            ("{{.id}} of {{ .data.project }}", "7 of shop"), ("{{.data.score}}", "97.5"),
            ("{{index .data.list 1}}", "two"), ("{{index .data.list 0}}-{{.id}}", "one-7"), ("nothing", "nothing"),
            ("{{.data.list}}", #"["one","two"]"#),
        ]
    )
    func renders(text: String, expected: String) throws {
        #expect(try Template(text).render(Self.values) == expected)
    }

    @Test("escapes what is put in for where it stands")
    func escaping() throws {
        let template = try Template("x={{.data.quoted}}")
        #expect(try template.render(Self.values, escaping: .jsonString) == #"x=a \"b\"\n"#)
        #expect(try Template("https://a/{{.data.path}}").render(Self.values, escaping: .url) == "https://a/..%2Fx%3Fy")
        let secret: [[Template.Step]: String] = [[.member("env"), .member("token")]: "T0/B0"]
        #expect(try Template("/{{.env.token}}").render(Self.values, secrets: secret, escaping: .url) == "/T0/B0")
    }

    @Test(
        "says what it lacks, and what it can't read",
        arguments: [
            ("{{.data.nothing}}", "the event has no value for `.data.nothing`"),
            ("{{.data.none}}", "the event has no value for `.data.none`"),
            ("{{index .data.list 2}}", "the event has no value for `index .data.list 2`"),
            ("{{.id", "`{{` without `}}`"),
            (
                "{{if .x}}",
                "`{{if .x}}` can't be read: expected a place such as `{{.data.project}}` or `{{index .data.list 0}}`"
            ),
        ]
    )
    func faults(text: String, message: String) throws {
        do {
            _ = try Template(text).render(Self.values)
            Issue.record("it was rendered")
        } catch {
            #expect("\(error)" == message)
        }
    }
}
