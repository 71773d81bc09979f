/// What `tidegate init` writes.
enum StarterFiles {
    static let slo = """
        # What is expected of a release. Reference: docs/slo-file.md
        spec_version: "1.0"

        # Relative criteria such as <=+10% compare with the average of the last three releases that passed.
        comparison:
          compare_with: several_results
          number_of_comparison_results: 3
          include_result_with_score: pass
          aggregate_function: avg

        objectives:
          - sli: error_rate
            displayName: "Failed requests (%)"
            key_sli: true              # if this fails, the release fails
            weight: 2
            pass:
              - criteria: ["<=1"]      # in one list all must hold; of several lists one is enough
            warning:
              - criteria: ["<=2"]      # counts half

          - sli: response_time_p95
            displayName: "Response time p95 (ms)"
            pass:
              - criteria: ["<=+10%", "<600"]
            warning:
              - criteria: ["<=800"]

          - sli: request_rate          # without criteria: shown, not counted
            displayName: "Requests per second"

        # How much of the weight must be reached.
        total_score:
          pass: "90%"
          warning: "75%"

        """

    static let sli = """
        # Where the values come from: PromQL, asked at the end of the time that is judged.
        # $SERVICE, $STAGE, $PROJECT, $DURATION_SECONDS and $LABEL.name are filled in.
        spec_version: "1.0"
        indicators:
          error_rate: >-
            100 * (sum(rate(http_requests_total{job="$SERVICE",code=~"5.."}[$DURATION_SECONDS])) or vector(0))
            / (sum(rate(http_requests_total{job="$SERVICE"}[$DURATION_SECONDS])) > 0)
          response_time_p95: >-
            1000 * histogram_quantile(0.95,
            sum by (le) (rate(http_request_duration_seconds_bucket{job="$SERVICE"}[$DURATION_SECONDS]))) >= 0
          request_rate: sum(rate(http_requests_total{job="$SERVICE"}[$DURATION_SECONDS]))

        """
}
