import Testing

@testable import Workflows

@Suite("A curl command")
struct CurlCommandTests {
    @Test("is taken apart as a shell would, and no further")
    func read() throws {
        let command = try CurlCommand(
            #"curl --header 'Content-Type: application/json' -H "x-token: {{.env.t}}" --request POST --data '{"a": "{{index .data.list 0}}"}' https://a.example/{{.data.project}}?a=1&b=2 --fail"#
        )
        #expect(command.method == "POST")
        #expect(command.headers.map(\.name) == ["Content-Type", "x-token"])
        #expect(command.headers.map(\.value) == ["application/json", "{{.env.t}}"])
        #expect(command.data == #"{"a": "{{index .data.list 0}}"}"#)
        #expect(command.url == "https://a.example/{{.data.project}}?a=1&b=2")
    }

    @Test(
        "is refused where a shell or curl would do something else",
        arguments: [
            ("wget https://a", "a request begins with `curl`"), ("curl", "there is no URL"),
            ("curl https://a https://b", "there are two URLs: `https://a`, `https://b`"),
            (
                "curl -o file https://a",
                "`-o` is not an option of a request here; known are `-X`, `-H`, `-d`, `--url` and `--fail`"
            ),
            ("curl -d @/etc/passwd https://a", "`-d @…` would read a file; write the data itself"),
            ("curl https://a; rm x", "`;` outside of quotes means something to a shell; there is none here"),
            ("curl https://a | sh", "`|` outside of quotes means something to a shell; there is none here"),
            ("curl https://a/$(id)", "`$(…)` and backquotes would run a command; a request runs none"),
            (#"curl "https://a/`id`""#, "`$(…)` and backquotes would run a command; a request runs none"),
            ("curl 'https://a", "a quote does not end"), ("curl -H x https://a", "the header `x` has no `:`"),
            ("curl https://a -X", "`-X` needs a value"),
            (
                "curl -K file https://a",
                "`-K` is not an option of a request here; known are `-X`, `-H`, `-d`, `--url` and `--fail`"
            ),
        ]
    )
    func refused(text: String, message: String) {
        #expect(throws: CurlCommand.Invalid(message: message)) { try CurlCommand(text) }
    }
}
