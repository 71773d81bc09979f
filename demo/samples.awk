# Two releases of the service `checkout`, as OpenMetrics: a sample every 15 s, ending at the second `now`.
#
# From 40 to 25 minutes ago release 1.0 runs: 10 requests a second, 0.2 % failing, nearly all under 250 ms.
# From 15 to 0 minutes ago release 1.1 runs: as much traffic, 4 % failing, many requests over 500 ms.
function sample(name, labels, value) { printf "%s{job=\"checkout\"%s} %.3f %d\n", name, labels, value, time }
BEGIN {
    first = now - 40 * 60
    bounds = split("0.05 0.1 0.25 0.5 1 +Inf", le, " ")
    split("0.30 0.70 0.97 0.995 1 1", good, " ")
    split("0.10 0.30 0.60 0.80 0.97 1", bad, " ")
    print "# TYPE http_requests counter"
    for (time = first; time <= now; time += 15) {
        isBad = time > now - 15 * 60
        failed += 150 * (isBad ? 0.04 : 0.002)
        served += 150 * (isBad ? 0.96 : 0.998)
        sample("http_requests_total", ",code=\"200\"", served)
        sample("http_requests_total", ",code=\"500\"", failed)
    }
    print "# TYPE http_request_duration_seconds histogram"
    for (time = first; time <= now; time += 15) {
        isBad = time > now - 15 * 60
        for (bound = 1; bound <= bounds; bound++) {
            count[bound] += 150 * (isBad ? bad[bound] : good[bound])
            sample("http_request_duration_seconds_bucket", ",le=\"" le[bound] "\"", count[bound])
        }
        sample("http_request_duration_seconds_count", "", count[bounds])
    }
    print "# EOF"
}
