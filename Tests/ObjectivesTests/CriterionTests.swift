import Objectives
import Testing

@Suite("A criterion")
struct CriterionTests {
    @Test(
        "is fixed without a sign and relative with one",
        arguments: [
            ("<600", .less, .fixed(600)), ("<=800.5", .lessOrEqual, .fixed(800.5)), ("=0", .equal, .fixed(0)),
            (">=.5", .greaterOrEqual, .fixed(0.5)), (">4.2e-05", .greater, .fixed(4.2e-05)),
            (" < = 1 0 % ", .lessOrEqual, .percent(10)), ("<=+10%", .lessOrEqual, .percent(10)),
            (">=-10%", .greaterOrEqual, .percent(-10)), ("<+5", .less, .offset(5)), (">-5.5", .greater, .offset(-5.5)),
        ] as [(String, Criterion.Relation, Criterion.Bound)]
    )
    func read(text: String, relation: Criterion.Relation, bound: Criterion.Bound) throws {
        let criterion = try Criterion(parsing: text)
        #expect(criterion.relation == relation)
        #expect(criterion.bound == bound)
        #expect(criterion.text == text)
    }

    @Test(
        "takes its target from earlier results where it is relative",
        arguments: [("<=+10%", 220.0), ("<=-10%", 180), ("<+5", 205), ("<=600", 600)]
    )
    func target(text: String, target: Double) throws {
        #expect(try Criterion(parsing: text).target(comparedWith: 200) == target)
    }

    @Test("has no target where it is relative and there is nothing to compare with")
    func withoutBaseline() throws {
        #expect(try Criterion(parsing: "<=+10%").target(comparedWith: nil) == nil)
    }
}
