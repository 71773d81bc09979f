import Foundation
import TestSupport

/// Samples for every pack in `slo/`: a good release, then none, then a bad one, with the labels that the real exporters
/// write.
struct PackSamples {
    /// Of something that has one value in the good release and another one in the bad.
    typealias GoodAndBad = (good: Double, bad: Double)

    static let goodEnd = Int(Date().timeIntervalSince1970) / 60 * 60 - 3600
    static let badEnd = goodEnd + 1800
    private static let runs = [goodEnd, badEnd].map { Array(stride(from: $0 - 660, through: $0, by: 15)) }

    private(set) var samples = Samples()

    init() {
        addHTTP()
        addIstio()
        addLinkerd()
        addHubble()
        addJVM()
        addKepler()
        addLoadTest()
    }

    /// A counter that grows at a rate.
    private mutating func count(_ name: String, _ labels: String, perSecond rate: GoodAndBad) {
        for (times, rate) in zip(Self.runs, [rate.good, rate.bad]) {
            samples.add(name, labels, at: times) { Double($0 - times[0]) * rate }
        }
    }

    private mutating func gauge(_ name: String, _ labels: String, _ value: GoodAndBad) {
        for (times, value) in zip(Self.runs, [value.good, value.bad]) {
            samples.add(name, labels, at: times) { _ in value }
        }
    }

    /// A histogram of ten requests a second: how many of them are within each bound.
    private mutating func histogram(_ name: String, _ labels: String, _ bounds: [(le: String, within: GoodAndBad)]) {
        for bound in bounds + [("+Inf", (10, 10))] {
            count("\(name)_bucket", "\(labels),le=\"\(bound.le)\"", perSecond: bound.within)
        }
        count("\(name)_count", labels, perSecond: (10, 10))
        count("\(name)_sum", labels, perSecond: (20_000, 20_000))
    }

    private mutating func addHTTP() {
        let labels = #"job="checkout",namespace="demo-dev",instance="10.1.0.7:8080",method="get""#
        count("http_requests_total", labels + #",code="200""#, perSecond: (9.99, 9.5))
        count("http_requests_total", labels + #",code="500""#, perSecond: (0.01, 0.5))
        histogram(
            "http_request_duration_seconds",
            labels,
            [("0.1", (8, 3)), ("0.5", (9.9, 6)), ("1.0", (10, 8)), ("5.0", (10, 10))]
        )
        gauge("http_requests_in_flight", #"job="checkout",namespace="demo-dev""#, (3, 30))
    }

    private mutating func addIstio() {
        func labels(_ reporter: String, _ code: String, _ flags: String, _ policy: String) -> String {
            #"reporter="\#(reporter)",source_workload="web",destination_workload="checkout-v2",destination_workload_namespace="demo-dev","#
                + #"destination_service="checkout.demo-dev.svc.cluster.local",destination_service_name="checkout","#
                + #"destination_service_namespace="demo-dev",request_protocol="http",response_code="\#(code)","#
                + #"response_flags="\#(flags)",connection_security_policy="\#(policy)""#
        }
        let served = labels("destination", "200", "-", "mutual_tls")
        count("istio_requests_total", served, perSecond: (10, 9))
        count("istio_requests_total", labels("destination", "503", "-", "none"), perSecond: (0, 1))
        count("istio_requests_total", labels("source", "200", "-", "unknown"), perSecond: (10, 9))
        count("istio_requests_total", labels("source", "503", "UF,URX", "unknown"), perSecond: (0, 1))
        histogram(
            "istio_request_duration_milliseconds",
            served,
            [("100", (9, 3)), ("500", (9.99, 5)), ("2500", (10, 9))]
        )
        histogram("istio_response_bytes", served, [("1000", (10, 10))])
    }

    private mutating func addLinkerd() {
        let base =
            #"direction="inbound",target_port="8080",namespace="demo-dev",deployment="checkout",pod="checkout-9d9566587-xhsrl""#
        let open = base + #",tls="true",route_name="default""#
        count("response_total", open + #",status_code="200",classification="success""#, perSecond: (10, 9))
        count(
            "response_total",
            base + #",tls="no_identity",route_name="default",status_code="503",classification="failure""#,
            perSecond: (0, 1)
        )
        count(
            "response_total",
            #"direction="inbound",target_port="4191",tls="no_identity",status_code="200",classification="success",namespace="demo-dev",deployment="checkout""#,
            perSecond: (1, 1)
        )
        histogram(
            "response_latency_ms",
            open + #",status_code="200""#,
            [("100", (9, 3)), ("500", (9.99, 5)), ("5000", (10, 9))]
        )
        gauge("tcp_open_connections", base + #",peer="src",tls="true""#, (12, 500))
        count("inbound_http_authz_deny_total", base, perSecond: (0, 1))
    }

    private mutating func addHubble() {
        let to =
            #"destination_namespace="demo-dev",destination_workload="checkout",source_namespace="demo-dev",source_workload="web""#
        let http = to + #",method="GET",reporter="server""#
        count("hubble_http_requests_total", http + #",protocol="HTTP/1.1",status="200""#, perSecond: (10, 9))
        count("hubble_http_requests_total", http + #",protocol="HTTP/1.1",status="503""#, perSecond: (0, 1))
        histogram(
            "hubble_http_request_duration_seconds",
            http,
            [("0.1", (9, 3)), ("0.5", (9.99, 5)), ("5.0", (10, 9))]
        )
        count("hubble_drop_total", to + #",protocol="TCP",reason="POLICY_DENIED""#, perSecond: (0, 1))
        count("hubble_flows_processed_total", to + #",type="Trace",verdict="FORWARDED""#, perSecond: (40, 40))
        count("hubble_flows_processed_total", to + #",type="Drop",verdict="DROPPED""#, perSecond: (0, 4))
        let dns =
            #"destination_namespace="demo-dev",destination_workload="checkout",source_namespace="kube-system",source_workload="coredns",qtypes="A""#
        count("hubble_dns_responses_total", dns + #",rcode="No Error""#, perSecond: (1, 1))
        count("hubble_dns_responses_total", dns + #",rcode="Server Failure""#, perSecond: (0, 0.5))
    }

    private mutating func addJVM() {
        let base = #"application="checkout",namespace="demo-dev",instance="10.1.0.7:8080""#
        gauge("jvm_memory_used_bytes", base + #",area="heap",id="G1 Old Gen""#, (2e8, 5e8))
        gauge("jvm_memory_max_bytes", base + #",area="heap",id="G1 Old Gen""#, (5.4e8, 5.4e8))
        gauge("jvm_memory_max_bytes", base + #",area="heap",id="G1 Eden Space""#, (-1, -1))
        let pause = base + #",action="end of minor GC",cause="G1 Evacuation Pause",gc="G1 Young Generation""#
        count("jvm_gc_pause_seconds_sum", pause, perSecond: (0.01, 0.2))
        gauge("jvm_gc_pause_seconds_max", pause, (0.04, 0.9))
        gauge("process_cpu_usage", base, (0.2, 0.9))
        gauge("jvm_threads_states_threads", base + #",state="blocked""#, (1, 40))
        let pool = base + #",pool="HikariPool-1""#
        count("hikaricp_connections_acquire_seconds_sum", pool, perSecond: (0.01, 2))
        count("hikaricp_connections_acquire_seconds_count", pool, perSecond: (10, 10))
        count("hikaricp_connections_timeout_total", pool, perSecond: (0, 0.1))
    }

    private mutating func addKepler() {
        let pod = #"pod_name="checkout-7c9d8f6b5d-x2x7k",pod_namespace="demo-dev",node_name="n1",state="running""#
        count("kepler_pod_cpu_joules_total", pod + #",zone="package""#, perSecond: (3, 6))
        count("kepler_pod_cpu_joules_total", pod + #",zone="core""#, perSecond: (2, 4))
        let classic = #"container_namespace="demo-dev",pod_name="checkout-7c9d8f6b5d-x2x7k",container_name="app""#
        count("kepler_container_joules_total", classic + #",mode="dynamic""#, perSecond: (2, 5))
        count("kepler_container_joules_total", classic + #",mode="idle""#, perSecond: (1, 1))
    }

    private mutating func addLoadTest() {
        for (testid, times, isBad) in [("good", Self.runs[0], false), ("bad", Self.runs[1], true)] {
            let labels = #"scenario="default",method="GET",name="http://x/",testid="\#(testid)""#
            func series(_ name: String, _ more: String, _ value: @escaping (Int) -> Double) {
                samples.add(name, labels + more, at: times, value: value)
            }
            series("k6_http_reqs_total", #",expected_response="true",status="200""#) { Double($0 - times[0]) * 50 }
            series("k6_http_reqs_total", #",expected_response="false",status="503""#) {
                Double($0 - times[0]) * (isBad ? 5 : 0.05)
            }
            series("k6_http_req_duration_p95", #",expected_response="true",status="200""#) { _ in isBad ? 0.9 : 0.18 }
            series("k6_http_req_duration_p99", #",expected_response="true",status="200""#) { _ in isBad ? 1.9 : 0.3 }
            series("k6_checks_rate", #",check="status is 200""#) { _ in isBad ? 0.8 : 1 }
            series("k6_data_received_total", "") { Double($0 - times[0]) * 50 * (isBad ? 4000 : 2000) }
        }
    }
}
