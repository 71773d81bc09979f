import GRDB

/// The tables, as an append-only list of steps: a step that was released is never changed.
enum Schema {
    /// In the file's header, so that another program's database is never taken for a journal: "TIDE".
    static let applicationID: Int32 = 0x5449_4445

    static let migrations: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 events and evaluations") { db in
            try db.execute(sql: eventsAndEvaluations)
        }
        migrator.registerMigration("2 sequences, documents and deliveries") { db in
            try db.execute(sql: sequencesDocumentsAndDeliveries)
        }
        migrator.registerMigration("3 events by lanes, deliveries by turns") { db in
            try db.execute(sql: lanesAndTurns)
        }
        return migrator
    }()

    /// Facts are events; what else is here is derived from them and can be made again.
    ///
    /// `lane.version` counts the events of a lane, and (lane, lane_version) is unique: two decisions on the same state of a
    /// lane can't both be kept. An evaluation by the command line decides nothing about its lane and takes the next one.
    private static let eventsAndEvaluations = """
        CREATE TABLE lane (
            id INTEGER PRIMARY KEY,
            project TEXT NOT NULL,
            stage TEXT NOT NULL,
            service TEXT NOT NULL,
            version INTEGER NOT NULL DEFAULT 0,
            UNIQUE (project, stage, service)
        ) STRICT;

        CREATE TABLE event (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL,
            id TEXT NOT NULL,
            type TEXT NOT NULL,
            context TEXT NOT NULL,
            triggered_id TEXT,
            lane INTEGER NOT NULL REFERENCES lane (id),
            lane_version INTEGER NOT NULL,
            time INTEGER NOT NULL, -- milliseconds since 1970
            body BLOB NOT NULL, -- the CloudEvent as JSON
            UNIQUE (source, id),
            UNIQUE (lane, lane_version)
        ) STRICT;
        CREATE INDEX event_context ON event (context, position);
        CREATE INDEX event_type ON event (type, position);

        CREATE TABLE evaluation (
            position INTEGER PRIMARY KEY REFERENCES event (position),
            id TEXT NOT NULL UNIQUE,
            lane INTEGER NOT NULL REFERENCES lane (id),
            result TEXT NOT NULL,
            status TEXT NOT NULL,
            score REAL NOT NULL,
            reason TEXT NOT NULL,
            time INTEGER NOT NULL, -- milliseconds since 1970
            invalidated INTEGER NOT NULL DEFAULT 0,
            observations BLOB NOT NULL, -- JSON, for later comparisons
            document BLOB NOT NULL -- the verdict as it was given, JSON
        ) STRICT;
        CREATE INDEX evaluation_lane ON evaluation (lane, position);
        """

    /// `event.received` is by the journal's clock, which never goes back, and `event.ignored` says why an event changed
    /// nothing. `lane.due` is when something has to be decided there without another event: the timers.
    ///
    /// That no two decisions on one state of a lane are kept is no longer an index, which cost a page for each event: the
    /// lane's row is updated from the version that was decided on, or the transaction fails.
    ///
    /// An event that names no project, stage and service is in the lane whose names are empty.
    private static let sequencesDocumentsAndDeliveries = """
        CREATE TABLE new_event (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL,
            id TEXT NOT NULL,
            type TEXT NOT NULL,
            context TEXT NOT NULL,
            triggered_id TEXT,
            lane INTEGER NOT NULL REFERENCES lane (id),
            lane_version INTEGER NOT NULL,
            time INTEGER NOT NULL, -- milliseconds since 1970
            received INTEGER NOT NULL, -- milliseconds since 1970
            ignored TEXT,
            body BLOB NOT NULL, -- the CloudEvent as JSON
            UNIQUE (source, id)
        ) STRICT;
        INSERT INTO new_event
            SELECT position, source, id, type, context, triggered_id, lane, lane_version, time, time, NULL, body FROM event;
        DROP TABLE event;
        ALTER TABLE new_event RENAME TO event;
        CREATE INDEX event_context ON event (context, position);
        CREATE INDEX event_type ON event (type, position);
        CREATE INDEX event_lane ON event (lane, position);

        ALTER TABLE lane ADD COLUMN due INTEGER; -- milliseconds since 1970
        CREATE INDEX lane_due ON lane (due) WHERE due IS NOT NULL;

        CREATE TABLE sequence (
            position INTEGER PRIMARY KEY REFERENCES event (position),
            id TEXT NOT NULL,
            context TEXT NOT NULL,
            lane INTEGER NOT NULL REFERENCES lane (id),
            name TEXT NOT NULL,
            state TEXT NOT NULL,
            open INTEGER NOT NULL,
            body BLOB NOT NULL -- JSON: what its events add up to
        ) STRICT;
        CREATE INDEX sequence_context ON sequence (context, position);
        CREATE INDEX sequence_lane ON sequence (lane, position);
        CREATE INDEX sequence_state ON sequence (state, position);
        CREATE INDEX sequence_open ON sequence (lane, position) WHERE open = 1;

        CREATE TABLE content (
            sha256 TEXT PRIMARY KEY,
            text TEXT NOT NULL
        ) STRICT;
        CREATE TABLE document (
            project TEXT NOT NULL,
            path TEXT NOT NULL,
            sha256 TEXT NOT NULL REFERENCES content (sha256),
            position INTEGER NOT NULL REFERENCES event (position),
            PRIMARY KEY (project, path)
        ) STRICT;

        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY,
            project TEXT NOT NULL,
            subscription TEXT NOT NULL,
            position INTEGER NOT NULL REFERENCES event (position),
            lane INTEGER NOT NULL REFERENCES lane (id),
            parked INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL DEFAULT 0, -- milliseconds since 1970
            reason TEXT,
            UNIQUE (project, subscription, position)
        ) STRICT;
        CREATE INDEX delivery_due ON delivery (parked, due);
        """

    /// Which events a lane has, as an index that is brought up to date for many events at once: kept up with each, it was
    /// half of the pages that a commit writes, since neighbours in the log are seldom of one lane. What is after
    /// `indexed.position` is not in it yet.
    ///
    /// Of what a subscription is to be told in a lane, only the first is due; the others wait for their turn.
    private static let lanesAndTurns = """
        DROP INDEX event_lane;
        CREATE TABLE lane_event (
            lane INTEGER NOT NULL REFERENCES lane (id),
            position INTEGER NOT NULL,
            PRIMARY KEY (lane, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE indexed (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            position INTEGER NOT NULL
        ) STRICT;
        INSERT INTO lane_event SELECT lane, position FROM event ORDER BY lane, position;
        INSERT INTO indexed SELECT 1, coalesce(max(position), 0) FROM event;

        CREATE INDEX delivery_turn ON delivery (project, subscription, lane, position) WHERE parked = 0;
        CREATE INDEX delivery_position ON delivery (position);
        UPDATE delivery SET due = 9223372036854775807 WHERE parked = 0 AND EXISTS (
            SELECT 1 FROM delivery AS earlier WHERE earlier.project = delivery.project
                AND earlier.subscription = delivery.subscription AND earlier.lane = delivery.lane
                AND earlier.parked = 0 AND earlier.position < delivery.position);

        ALTER TABLE sequence ADD COLUMN approvals INTEGER NOT NULL DEFAULT 0; -- 1 where one of its tasks waits for a person
        UPDATE sequence SET approvals = 1 WHERE open = 1 AND EXISTS (
            SELECT 1 FROM json_each(body, '$.tasks') WHERE json_extract(value, '$.name') = 'approval'
                AND json_extract(value, '$.ended') IS NULL AND json_array_length(value, '$.executors') > 0);
        CREATE INDEX sequence_approvals ON sequence (position) WHERE approvals = 1;

        CREATE INDEX event_evaluation ON event (lane, position) WHERE type = 'sh.keptn.event.evaluation.finished';
        """
}
