import Documents
import Testing

@Suite("A suggestion")
struct NearestNameTests {
    @Test(
        "names what was most likely meant, or nothing",
        arguments: [
            ("key_sl", "key_sli"), ("keysli", "key_sli"), ("wieght", "weight"), ("Pass", "pass"), ("x", nil),
            ("criteria", nil),
        ] as [(String, String?)]
    )
    func nearest(written: String, meant: String?) {
        #expect(written.nearest(among: ["sli", "key_sli", "weight", "pass", "warning"]) == meant)
    }
}
