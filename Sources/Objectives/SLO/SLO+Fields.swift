import Documents

extension SLO {
    /// The keys of an SLO file, part by part: the decoder accepts these and the reference documents these.
    public enum Fields {
        public static let version = Field("spec_version", "text", "The version of the specification; any is read.")
        public static let filter = Field(
            "filter",
            "a mapping of names to text",
            "Values for placeholders: `mz_id: 7` replaces `$mz_id` and `$MZ_ID` in queries."
        )
        public static let comparison = Field(
            "comparison",
            "a mapping",
            "Which earlier results relative criteria are compared with; see below."
        )
        public static let objectives = Field(
            "objectives",
            "a list",
            "What is judged; see below. Without any, every evaluation fails."
        )
        public static let totalScore = Field(
            "total_score",
            "a mapping",
            is: .required,
            "What score is enough; see below."
        )
        public static let indicators = Field(
            "indicators",
            "a mapping of names to queries",
            "Queries, as in an SLI file, so that one file is enough. They win over those of SLI files. Not in Keptn."
        )
        public static let noData = Field(
            "no_data",
            "`fail`, `warning` or `ignore`",
            default: "`fail`",
            "What becomes of an objective whose indicator has no data in the window. Not in Keptn."
        )
        public static let all = [version, filter, comparison, objectives, totalScore, indicators, noData]
    }

    /// The keys of `comparison`.
    public enum ComparisonFields {
        public static let compareWith = Field(
            "compare_with",
            "`single_result` or `several_results`",
            default: "without `comparison` one result, with it three",
            "One earlier result, or several."
        )
        public static let number = Field(
            "number_of_comparison_results",
            "a whole number from 1 to 1000",
            default: "3",
            "How many earlier results are used at most, with `several_results`."
        )
        public static let inclusion = Field(
            "include_result_with_score",
            "`pass`, `pass_or_warn` or `all`",
            default: "`all`",
            "Which earlier results count; they are chosen before the number is applied."
        )
        public static let aggregate = Field(
            "aggregate_function",
            "`avg`, `p50`, `p90` or `p95`",
            default: "`avg`",
            "How several earlier values become one."
        )
        public static let all = [compareWith, number, inclusion, aggregate]
    }

    /// The keys of an objective.
    public enum ObjectiveFields {
        public static let sli = Field("sli", "text", is: .required, "The name of the indicator.")
        public static let displayName = Field("displayName", "text", "What reports call it.")
        public static let pass = Field(
            "pass",
            "a list of `criteria`",
            "One group has to hold. Without any, the objective only informs."
        )
        public static let warning = Field(
            "warning",
            "a list of `criteria`",
            "Where no pass group holds, one of these makes it a warning: half the weight."
        )
        public static let weight = Field(
            "weight",
            "a whole number from 0 to 1000000",
            default: "1",
            "Points in the total score; 0 counts as 1, as in Keptn."
        )
        public static let key = Field(
            "key_sli",
            "true or false",
            default: "false",
            "Whether its failure fails the whole evaluation."
        )
        public static let noData = Field(
            "no_data",
            "`fail`, `warning` or `ignore`",
            default: "the file's",
            "As the file's `no_data`, for this objective. Not in Keptn."
        )
        public static let fail = Field(
            "fail",
            "anything",
            is: .ignored(advice: "what neither passes nor warns fails; write the limit into `pass` or `warning`"),
            "Has no effect."
        )
        public static let minSamples = Field(
            "min_samples",
            "a whole number",
            is: .refused(advice: "it is kept for a later version; leave it out"),
            "Not accepted yet."
        )
        public static let all = [sli, displayName, pass, warning, weight, key, noData, fail, minSamples]
    }

    /// The keys of an item of `pass` and `warning`.
    public enum GroupFields {
        public static let criteria = Field("criteria", "a list of criteria", is: .required, "They must all hold.")
        public static let all = [criteria]
    }

    /// The keys of `total_score`.
    public enum TotalScoreFields {
        public static let pass = Field(
            "pass",
            "a percentage such as `90%`",
            is: .required,
            "From this score on, and with no failed key objective: pass."
        )
        public static let warning = Field(
            "warning",
            "a percentage such as `75%`",
            "From this score on, and with no failed key objective: warning."
        )
        public static let fail = Field(
            "fail",
            "anything",
            is: .ignored(advice: "what reaches neither `pass` nor `warning` fails"),
            "Has no effect."
        )
        public static let all = [pass, warning, fail]
    }
}
