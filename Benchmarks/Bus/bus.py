#!/usr/bin/env python3
"""Measures what is promised of the server's speed, on a release build, with wrk as the load.

Usage: bus.py TIDEGATE. Everything happens in one run and on one disk, so that the figures can be held against each other.
"""
import http.client, json, os, re, shutil, signal, sqlite3, statistics, subprocess, sys, tempfile, threading, time

TIDEGATE = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = tempfile.mkdtemp(prefix="tidegate-bus-", dir=os.environ.get("BENCH_DIR"))
SHIPYARD = """
apiVersion: spec.keptn.sh/0.2.3
kind: Shipyard
metadata: {name: bench}
spec:
  stages:
    - name: dev
      sequences:
        - name: delivery
          tasks: [{name: deployment}]
        - name: five
          tasks: [%s]
""" % ", ".join(["{name: approval, properties: {pass: automatic, warning: automatic}}"] * 5)


class Server:
    def __init__(self, name):
        self.directory = os.path.join(ROOT, name)

    def start(self):
        log = open(self.directory + ".log", "w+")
        began = time.perf_counter()
        self.process = subprocess.Popen([TIDEGATE, "serve", "--data-dir", self.directory, "--listen", "127.0.0.1:0"],
                                        stderr=log, stdout=subprocess.DEVNULL)
        while True:
            found = re.search(r"127\.0\.0\.1:(\d+)", open(self.directory + ".log").read())
            if found:
                self.port = int(found.group(1))
                return time.perf_counter() - began
            if self.process.poll() is not None:
                sys.exit(open(self.directory + ".log").read())
            time.sleep(0.001)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def memory(self, what="VmRSS"):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith(what):
                return int(line.split()[1]) / 1024

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port)

    def call(self, connection, method, path, body=None, kind="application/json"):
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": kind} if data else {})
        response = connection.getresponse()
        text = response.read()
        if response.status >= 300:
            sys.exit(f"{method} {path}: {response.status} {text[:500]}")
        return json.loads(text)

    def stream(self, path, body):
        """Calls the body with the data of each event that comes, until it returns something."""
        connection = self.connect()
        connection.request("GET", path)
        response = connection.getresponse()
        response.readline()
        ready = threading.Event()

        def read():
            while True:
                line = response.readline()
                if not line:
                    return
                if line.startswith(b"data: "):
                    if body(json.loads(line[6:])):
                        return
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


figures = []


def note(what, value, unit, must, holds):
    figures.append((what, value, unit, must, holds))
    print(f"{'ok  ' if holds else 'MISS'} {what:<66} {value:>10.2f} {unit:<7} must {must}", flush=True)


def single_commits(seconds=2.0):
    path = os.path.join(ROOT, f"single-{time.time()}.db")
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
    text, count, end = "x" * 500, 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        db.execute("INSERT INTO t (body) VALUES (?)", (text,))
        count += 1
    db.close()
    return count / seconds


def ingest(server, run, seconds=6):
    out = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", os.path.join(HERE, "ingest.lua"),
                          f"http://127.0.0.1:{server.port}"], capture_output=True, text=True, env={**os.environ, "RUN": str(run)}).stdout
    rate, p50, p99, errors = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+)", out).groups()
    if int(errors):
        sys.exit("errors under load: " + out)
    return float(rate), float(p50), float(p99)


def measure_ingest():
    server = Server("ingest")
    server.start()
    time.sleep(1)
    idle = server.memory()
    rounds = []
    for run in range(3):
        single = single_commits()
        rate, p50, p99 = ingest(server, run)
        rounds.append((rate / single, rate, single, p50, p99))
        print(f"     round {run + 1}: {rate:.0f} events/s, single commits {single:.0f}/s, ratio {rate / single:.2f},"
              f" p50 {p50:.1f} ms, p99 {p99:.1f} ms", flush=True)
    ratio, rate, single, p50, p99 = sorted(rounds)[1]
    note("durable ingest, 64 connections: times single commits", ratio, "x", "> 3 (goal 5)", ratio > 3)
    note("  p99 of an answer", p99, "ms", "< 20 (goal 10)", p99 < 20)
    note("memory, idle", idle, "MB", "< 40", idle < 40)
    note("memory, under that load, at most", server.memory("VmHWM"), "MB", "< 120", server.memory("VmHWM") < 120)
    server.stop()


def trigger(lane, sequence="delivery"):
    return {"project": "shop", "stage": "dev", "service": lane, "sequence": sequence}


def event(number, sequence, service):
    return {"specversion": "1.0", "id": f"{sequence}-{number}", "source": "bench", "shkeptncontext": f"{sequence}-{number}",
            "type": f"sh.keptn.event.dev.{sequence}.triggered",
            "data": {"project": "shop", "stage": "dev", "service": service}}


def batches(server, connection, events, size=500):
    for start in range(0, len(events), size):
        server.call(connection, "POST", "/v1/events", events[start:start + size], "application/cloudevents-batch+json")


def measure_sequences():
    server = Server("sequences")
    server.start()
    connection = server.connect()
    server.call(connection, "POST", "/v1/apply", {"project": "shop", "documents": [{"path": "shipyard.yaml", "text": SHIPYARD}]})
    batches(server, connection, [event(i, "delivery", f"open-{i}") for i in range(1000)])

    arrived, lock = {}, threading.Condition()

    def seen(item):
        with lock:
            arrived[item["event"]["shkeptncontext"]] = time.perf_counter()
            lock.notify_all()
    server.stream("/v1/events/stream?type=sh.keptn.event.deployment.triggered", seen)
    times = []
    for i in range(400):
        began = time.perf_counter()
        context = server.call(connection, "POST", "/v1/sequences", trigger(f"probe-{i}"))["context"]
        with lock:
            lock.wait_for(lambda: context in arrived, timeout=10)
        times.append((arrived[context] - began) * 1000)
    note("trigger to first task on the stream, 1,000 open sequences: p50", percentile(times, 0.5), "ms", "< 5", percentile(times, 0.5) < 5)
    note("  p99", percentile(times, 0.99), "ms", "< 25", percentile(times, 0.99) < 25)

    server.stream("/v1/events/stream?type=sh.keptn.event.dev.five.finished", seen)
    times = []
    for i in range(200):
        began = time.perf_counter()
        context = server.call(connection, "POST", "/v1/sequences", trigger(f"five-{i}", "five"))["context"]
        with lock:
            lock.wait_for(lambda: context in arrived, timeout=10)
        times.append((arrived[context] - began) * 1000)
    note("five tasks by built-in executors, one at a time: p50", percentile(times, 0.5), "ms", "< 10", percentile(times, 0.5) < 10)

    total = 8000
    arrived.clear()
    events = [event(f"load-{i}", "five", f"load-{i % 2000}-{i // 2000}") for i in range(total)]
    began = time.perf_counter()
    batches(server, connection, events, 1000)
    while True:
        with lock:
            if sum(1 for context in arrived if context.startswith("five-load")) == total:
                break
        if time.perf_counter() - began > 120:
            sys.exit("the sequences did not end")
        time.sleep(0.01)
    rate = total / (time.perf_counter() - began)
    note("five tasks by built-in executors, parallel lanes: sequences a second", rate, "/s", "> 1000", rate > 1000)
    server.stop()


def measure_million():
    server = Server("million")
    server.start()
    connection = server.connect()
    server.call(connection, "POST", "/v1/apply", {"project": "shop", "documents": [{"path": "shipyard.yaml", "text": SHIPYARD}]})
    batches(server, connection, [event(i, "delivery", f"open-{i}") for i in range(10000)], 1000)
    server.stop()
    db = sqlite3.connect(os.path.join(server.directory, "tidegate.db"), isolation_level=None)
    db.execute("BEGIN")
    lanes = [db.execute("INSERT INTO lane (project, stage, service, version) VALUES ('filler', 'dev', ?, 1000)", (f"s{i}",)).lastrowid
             for i in range(1000)]
    first = db.execute("SELECT max(position) FROM event").fetchone()[0] + 1

    def rows():
        for i in range(1_000_000):
            body = json.dumps({"specversion": "1.0", "id": f"filler-{i}", "source": "bench", "type": "dev.example.measured",
                               "time": "2026-01-01T00:00:00.000Z", "shkeptncontext": f"c{i // 10}",
                               "data": {"project": "filler", "stage": "dev", "service": f"s{i % 1000}", "value": i}})
            yield (first + i, "bench", f"filler-{i}", "dev.example.measured", f"c{i // 10}", lanes[i % 1000], i // 1000 + 1,
                   1767225600000, body.encode(), 1767225600000)
    db.executemany("INSERT INTO event (position, source, id, type, context, lane, lane_version, time, body, received)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
    db.execute("COMMIT")
    db.close()
    starts = []
    for _ in range(3):
        took = server.start()
        connection = server.connect()
        server.call(connection, "GET", "/readyz")
        starts.append(took)
        server.stop()
    took = statistics.median(starts)
    note("start with 1,010,000 events and 10,000 open sequences", took, "s", "< 2", took < 2)
    server.start()
    connection = server.connect()
    worst = 0.0
    for path in ["/v1/events?limit=100", f"/v1/events?limit=100&after={first + 500000}", "/v1/events?project=filler&limit=100",
                 "/v1/events?project=filler&stage=dev&service=s7&limit=100", "/v1/events?context=c500&limit=100",
                 f"/v1/events?type=dev.example.measured&after={first + 900000}&limit=100", "/v1/events?project=nobody&limit=100",
                 "/v1/sequences?limit=100", "/v1/sequences?state=running&project=shop&limit=100",
                 "/v1/sequences?project=shop&service=open-9&limit=100", "/v1/sequences?state=failed&limit=100",
                 "/v1/evaluations?limit=100", "/v1/approvals"]:
        times = []
        for _ in range(21):
            began = time.perf_counter()
            server.call(connection, "GET", path)
            times.append((time.perf_counter() - began) * 1000)
        print(f"     {path:<70} p50 {statistics.median(times):7.2f} ms", flush=True)
        worst = max(worst, statistics.median(times))
    note("lists at a million events, the slowest: p50", worst, "ms", "< 20", worst < 20)
    server.stop()


try:
    for name in sys.argv[2:] or ["ingest", "sequences", "million"]:
        {"ingest": measure_ingest, "sequences": measure_sequences, "million": measure_million}[name]()
finally:
    shutil.rmtree(ROOT, ignore_errors=True)
sys.exit(0 if all(figure[4] for figure in figures) else 1)
