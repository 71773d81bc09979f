import Documents

extension SLO {
    /// Reads an SLO file; mistakes and oddities are all reported.
    ///
    /// - Parameters:
    ///   - text: The YAML text.
    ///   - file: Its name, for the diagnostics.
    /// - Returns: What it says, and what there is to say about it.
    public static func read(_ text: String, file: String) -> Reading<SLO> {
        let log = DiagnosticLog(file: file)
        return Reading(value: YAML.read(text, log: log).flatMap { decode($0, log: log) }, log: log)
    }

    static func decode(_ root: Node, log: DiagnosticLog) -> SLO? {
        guard let reader = MappingReader(root, as: "an SLO file", fields: Fields.all, log: log) else { return nil }
        let noData = reader.choice(Fields.noData, of: NoDataPolicy.self) ?? .fail
        let total = reader[Fields.totalScore].flatMap {
            MappingReader($0, as: "`total_score`", fields: TotalScoreFields.all, log: log)
        }
        let slo = SLO(
            filter: filter(reader, log: log),
            comparison: Comparison.decode(reader[Fields.comparison], log: log),
            objectives: reader.list(Fields.objectives).compactMap { Objective.decode($0, noData: noData, log: log) },
            passTarget: total?.percentage(TotalScoreFields.pass, log: log) ?? 0,
            warningTarget: total?.percentage(TotalScoreFields.warning, log: log),
            indicators: reader.entries(Fields.indicators).compactMap { Indicator.decode($0, log: log) }
        )
        if !log.hasErrors { Lint(log: log).check(slo, at: root.position, totalScore: total) }
        return slo
    }
}

extension SLO {
    /// So many placeholders are more than anybody wrote; each is looked for in each query.
    private static let filterLimit = 100

    fileprivate static func filter(_ reader: MappingReader, log: DiagnosticLog) -> [Placeholder] {
        let entries = reader.textEntries(Fields.filter)
        if entries.count > filterLimit || entries.contains(where: { $0.name.count > filterLimit }) {
            let position = reader.keyPosition(of: Fields.filter) ?? reader.position
            log.error(at: position, "`filter` may have \(filterLimit) names of at most \(filterLimit) characters")
        }
        return entries.map { Placeholder(name: $0.name, value: $0.text) }
    }
}

extension Comparison {
    /// How many earlier results are used where the block says nothing of it.
    private static let defaultLimit = 3

    fileprivate static func decode(_ node: Node?, log: DiagnosticLog) -> Comparison {
        typealias Fields = SLO.ComparisonFields
        guard let node else { return Comparison() }
        guard let reader = MappingReader(node, as: "`comparison`", fields: Fields.all, log: log) else {
            return Comparison()
        }
        let mode = reader.choice(Fields.compareWith, of: Mode.self)
        let number = reader.integer(Fields.number, in: 1...1000) ?? defaultLimit
        let limit =
            switch mode {
            case .singleResult: 1
            case .severalResults: number
            case nil: defaultLimit
            }
        if mode == nil, number != defaultLimit, let position = reader.keyPosition(of: Fields.number) {
            log.warning(
                at: position,
                "`\(Fields.number.name)` has an effect only with `compare_with: several_results`; \(defaultLimit) results are used"
            )
        }
        return Comparison(
            limit: limit,
            inclusion: reader.choice(Fields.inclusion, of: Inclusion.self) ?? .all,
            aggregate: reader.choice(Fields.aggregate, of: Aggregate.self) ?? .average
        )
    }
}

extension Objective {
    fileprivate static func decode(_ node: Node, noData: NoDataPolicy, log: DiagnosticLog) -> Objective? {
        typealias Fields = SLO.ObjectiveFields
        guard let reader = MappingReader(node, as: "an objective", fields: Fields.all, log: log) else { return nil }
        let weight = reader.integer(Fields.weight, in: 0...1_000_000) ?? 1
        if weight == 0, let position = reader.keyPosition(of: Fields.weight) {
            log.warning(at: position, "a weight of 0 counts as 1; for an objective that only informs, leave out `pass`")
        }
        return Objective(
            sli: reader.text(Fields.sli) ?? "",
            displayName: reader.text(Fields.displayName) ?? "",
            pass: reader.groups(Fields.pass, log: log),
            warning: reader.groups(Fields.warning, log: log),
            weight: max(weight, 1),
            isKey: reader.boolean(Fields.key) ?? false,
            noData: reader.choice(Fields.noData, of: NoDataPolicy.self) ?? noData,
            position: node.position
        )
    }
}

extension MappingReader {
    fileprivate func groups(_ field: Field, log: DiagnosticLog) -> [CriteriaGroup] {
        list(field).compactMap { item in
            guard !log.isFull else { return nil }
            if case .scalar(let scalar) = item.content {
                log.error(
                    at: item.position,
                    "expected `criteria:` with a list here, found \(item.kindName); write"
                        + " `- criteria: [\"\(scalar.text.withOperator)\"]`"
                )
                return nil
            }
            return MappingReader(item, as: "an item of `\(field.name)`", fields: SLO.GroupFields.all, log: log)
                .map { CriteriaGroup(criteria: $0.criteria(log: log)) }
        }
    }

    private func criteria(log: DiagnosticLog) -> [Criterion] {
        list(SLO.GroupFields.criteria).compactMap { item -> Criterion? in
            guard !log.isFull else { return nil }
            guard case .scalar(let scalar) = item.content else {
                log.error(at: item.position, "expected a criterion such as \"<=+10%\", found \(item.kindName)")
                return nil
            }
            do throws(Criterion.Unreadable) {
                return try Criterion(parsing: scalar.text)
            } catch {
                log.error(at: item.position, error.message)
                return nil
            }
        }
    }

    /// A number from 0 on, with or without `%`.
    fileprivate func percentage(_ field: Field, log: DiagnosticLog) -> Double? {
        guard let text = text(field), let node = self[field] else { return nil }
        let digits = text.hasSuffix("%") ? String(text.dropLast()) : text
        if let criterion = try? Criterion(parsing: ">=" + digits), case .fixed(let number) = criterion.bound {
            return number
        }
        log.error(at: node.position, "`\(field.name)` must be \(field.form), not \(node.kindName)")
        return nil
    }
}

extension String {
    /// What a bare number was most likely meant to be.
    fileprivate var withOperator: String {
        first.map { "<>=".contains($0) } == true ? self : "<=\(self)"
    }
}
