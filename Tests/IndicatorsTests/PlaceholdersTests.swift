import Events
import Indicators
import Objectives
import Testing

@Suite("Placeholders")
struct PlaceholdersTests {
    private func placeholders(_ environment: [String: String] = [:]) throws -> Placeholders {
        let window = try #require(
            TimeWindow(start: Timestamp(milliseconds: 0), end: Timestamp(milliseconds: 600_000))
        )
        return Placeholders(
            lane: Lane(project: "shop", stage: "prod", service: "carts"),
            window: window,
            labels: ["Version": "1.2", "deployment": "canary", "branch": #"x"} or vector(0) #"#],
            filter: [.init(name: "handler", value: "'Items'"), .init(name: "SERVICE_ID", value: "7")],
            environment: environment
        )
    }

    @Test(
        "are replaced as Keptn and its prometheus-service replace them",
        arguments: [
            ("up{job='$SERVICE-$PROJECT-$STAGE'}", "up{job='carts-shop-prod'}"),
            ("up{job='$service.$project.$stage'}", "up{job='carts.shop.prod'}"),
            ("rate(x[$DURATION_SECONDS])", "rate(x[600s])"),
            ("$LABEL.version$LABEL.VERSION", "1.21.2"),
            ("$DEPLOYMENT", "canary"),
            ("$handler $HANDLER", "Items Items"),
            ("$SERVICE_ID $SERVICE_NAME", "7 carts_NAME"),
            ("x{path=~\"/a$\"}", "x{path=~\"/a$\"}"),
            ("$ENV.REGION", "eu"),
            ("$", "$"), ("$$SERVICE", "$carts"),
        ]
    )
    func replaced(query: String, sent: String) throws {
        #expect(try placeholders(["REGION": "eu"]).apply(to: query) == sent)
    }

    @Test("put in what is given, and do not read it again")
    func notRecursive() throws {
        #expect(try placeholders(["A": "$SERVICE"]).apply(to: "$ENV.A") == "$SERVICE")
    }

    @Test(
        "refuse a value that could end the quotes around it, and what looks like a secret",
        arguments: [
            (
                "$LABEL.branch",
                "the value of `$LABEL.branch` holds a quote, a backslash or a control character, which no query takes"
            ),
            (
                "$ENV.QUOTE",
                "the value of `$ENV.QUOTE` holds a quote, a backslash or a control character, which no query takes"
            ),
            (
                "$ENV.DATABASE_URL",
                "`$ENV.DATABASE_URL` looks like a secret, and queries are kept and shown; rename the variable"
            ),
            (
                "$ENV.MYSQL_PWD",
                "`$ENV.MYSQL_PWD` looks like a secret, and queries are kept and shown; rename the variable"
            ),
            (
                "$ENV.TIDEGATE_X",
                "`$ENV.TIDEGATE_X` looks like a secret, and queries are kept and shown; rename the variable"
            ),
        ]
    )
    func refused(query: String, message: String) throws {
        let placeholders = try placeholders([
            "QUOTE": "a'b", "DATABASE_URL": "pg://u:p@h/d", "MYSQL_PWD": "x", "TIDEGATE_X": "y",
        ])
        #expect(throws: Placeholders.Unknown(message: message)) { try placeholders.apply(to: query) }
    }

    @Test(
        "without a value are an error that says what to do",
        arguments: [
            (
                "$SERVCE",
                "unknown placeholder `$SERVCE`, did you mean `SERVICE`?; known: `$DEPLOYMENT`,"
                    + " `$DURATION_SECONDS`, `$ENV.name`, `$HANDLER`, `$LABEL.name`, `$PROJECT`, `$SERVICE`, `$SERVICE_ID`, `$STAGE`"
            ),
            ("$LABEL.verson", "`$LABEL.verson` has no value, did you mean `version`?; give it with `--label verson=…`"),
            ("$ENV.NOWHERE", "`$ENV.NOWHERE` has no value: the variable is not set"),
            (
                "$ENV.API_TOKEN",
                "`$ENV.API_TOKEN` looks like a secret, and queries are kept and shown; rename the variable"
            ),
            (
                "$DURATION_MINUTES",
                "unknown placeholder `$DURATION_MINUTES`; known: `$DEPLOYMENT`,"
                    + " `$DURATION_SECONDS`, `$ENV.name`, `$HANDLER`, `$LABEL.name`, `$PROJECT`, `$SERVICE`, `$SERVICE_ID`, `$STAGE`"
            ),
        ]
    )
    func withoutValue(query: String, message: String) throws {
        let placeholders = try placeholders(["API_TOKEN": "s3cret"])
        #expect(throws: Placeholders.Unknown(message: message)) { try placeholders.apply(to: query) }
    }

    @Test("can't make a query that is longer than anybody writes")
    func explosion() throws {
        let placeholders = try placeholders(["LONG": String(repeating: "x", count: 10_000)])
        #expect(
            throws: Placeholders.Unknown(message: "with its placeholders replaced, the query is longer than 256 KiB")
        ) {
            try placeholders.apply(to: String(repeating: "$ENV.LONG ", count: 1000))
        }
    }
}
