import Foundation
import Objectives
import Testing

@testable import Indicators

@Suite("An answer of Prometheus")
struct PrometheusAnswerTests {
    private func answer(_ type: String, _ result: String, beside: String = "") throws -> PrometheusAnswer {
        try PrometheusAnswer(
            Data(#"{"status":"success","data":{"resultType":"\#(type)","result":\#(result)}\#(beside)}"#.utf8)
        )
    }

    @Test(
        "gives one number, or says why there is none",
        arguments: [
            ("scalar", #"[1,"2.5"]"#, .value(2.5)),
            ("vector", #"[{"metric":{"a":"b"},"value":[1.5,"1e-3"]}]"#, .value(0.001)),
            ("vector", "[]", .noData("the query matched no series in the window")),
            (
                "vector", #"[{"metric":{},"value":[1,"NaN"]}]"#,
                .failure("the answer is NaN, as when nothing is divided by nothing")
            ),
            (
                "vector", #"[{"metric":{},"value":[1,"+Inf"]}]"#,
                .failure("the answer is +Inf, as when something is divided by 0")
            ),
            ("scalar", #"[1,"-Inf"]"#, .failure("the answer is -Inf, as when something is divided by 0")),
            (
                "vector",
                #"[{"metric":{"job":"a","pod":"x"},"value":[1,"1"]},{"metric":{"job":"a","pod":"y"},"value":[1,"2"]}]"#,
                .failure(
                    "the query gives 2 series instead of one; they differ in pod (\"x\", \"y\"); aggregate them, as in sum(…)"
                )
            ),
            ("matrix", "[]", .failure("the query gives a range of values, not one; wrap it, as in avg_over_time(…)")),
            ("string", #"[1,"x"]"#, .failure("the query gives a text, not a number")),
            (
                "vector", #"[{"metric":{},"histogram":[1,{}]}]"#,
                .failure("the query gives a histogram, not a number; use histogram_quantile(…)")
            ),
        ] as [(String, String, IndicatorValue.Outcome)]
    )
    func outcome(type: String, result: String, outcome: IndicatorValue.Outcome) throws {
        #expect(try answer(type, result).outcome == outcome)
    }

    @Test("with thousands of labels costs no more than reading it")
    func manyLabels() throws {
        let series = (0..<20_000).map { #"{"metric":{"l\#($0)":"a"},"value":[1,"1"]}"# }.joined(separator: ",")
        guard case .failure(let reason) = try answer("vector", "[\(series)]").outcome else {
            Issue.record("it was a value")
            return
        }
        #expect(reason.hasPrefix("the query gives 20000 series instead of one; they differ in "))
        #expect(reason.count < 500)
    }

    @Test("keeps warnings, and that it is partial")
    func warnings() throws {
        let warned = try answer("scalar", #"[1,"1"]"#, beside: #","warnings":["store is down"],"isPartial":true"#)
        #expect(warned.warnings == ["store is down", "the answer is partial"])
    }

    @Test(
        "that can't be used says what it is",
        arguments: [
            (
                "<!DOCTYPE html><title>Login</title>",
                "answered with HTML, not JSON; is this the URL of Prometheus, or of a page before it?"
            ),
            (
                #"{"status":"success","data":{"resultType":"vec"#,
                "answered with JSON that is cut short or not Prometheus'"
            ),
            ("", "answered with nothing"), ("hello", "answered with something else than JSON: `hello`"),
            (
                #"{"status":"error","errorType":"bad_data","error":"parse error"}"#,
                "refused the query: bad_data: parse error"
            ),
            (#"{"status":"success"}"#, "answered without `data`"),
            (
                #"{"status":"success","data":{"resultType":"vector","result":{}}}"#,
                "answered with a result of type `vector` that can't be read"
            ),
            (String(repeating: "{\"a\":", count: 100_000), "answered with JSON that is cut short or not Prometheus'"),
        ]
    )
    func unusable(body: String, message: String) {
        #expect(throws: PrometheusAnswer.Unusable(message: message)) { try PrometheusAnswer(Data(body.utf8)) }
    }
}
