import Events
import Objectives
import Testing

@Suite("The gate")
struct GateTests {
    @Test("agrees with Keptn in every one of 1,000 cases")
    func agreesWithKeptn() throws {
        let vectors = try KeptnVector.all()
        #expect(vectors.count == 1000)
        #expect(vectors.flatMap { $0.differences() } == [])
    }
}
