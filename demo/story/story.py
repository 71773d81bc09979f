#!/usr/bin/env python3
"""Plays a release's life on loopback, with a real Prometheus and a real Alertmanager, and says what happens.

Usage: story.py TIDEGATE [EVENTS]. A good release is promoted; a bad one fails and is rolled back; an alert fires, and the
second thing that is done about it helps; another problem uses its actions up and waits for a person. With EVENTS, the whole
log is written into that file. Exits with 1 where anything else happens.
"""
import http.client, http.server, json, os, shutil, signal, socket, subprocess, sys, tempfile, threading, time

TIDEGATE = os.path.abspath(sys.argv[1])
EVENTS = sys.argv[2] if len(sys.argv) > 2 else None
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = tempfile.mkdtemp(prefix="tidegate-story-")
STATE = os.path.join(ROOT, "state")
BEGAN = time.monotonic()
processes = []


class Refused(Exception):
    """An answer that is none yet."""


def say(text):
    print(f"{time.monotonic() - BEGAN:5.1f} s  {text}", flush=True)


def fail(text):
    for name in ("tidegate", "prometheus", "alertmanager"):
        path = os.path.join(ROOT, name + ".log")
        if os.path.exists(path):
            sys.stderr.write(f"--- {name}\n" + "".join([line for line in open(path).readlines()][-20:]))
    sys.exit("story: " + text)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read(name, otherwise):
    try:
        with open(os.path.join(STATE, name)) as file:
            return file.read().strip() or otherwise
    except OSError:
        return otherwise


class Shop(http.server.BaseHTTPRequestHandler):
    """The service that is released: its metrics tell of its version, its replicas, and its troubles."""

    def do_GET(self):
        lines = []
        for stage in ("staging", "production"):
            labels = f'{{stage="{stage}",service="carts"}}'
            errors = 20 if read(f"{stage}.version", "") == "1.2.0" else 0.2
            latency = 120
            if stage == "production":
                if read("trouble.slow", "") and int(read("production.replicas", "2")) < 4:
                    latency = 900
                if read("trouble.errors", ""):
                    errors = 30
            lines += [f"shop_errors_percent{labels} {errors}", f"shop_latency_ms{labels} {latency}"]
        body = ("\n".join(lines) + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def start(name, command):
    log = open(os.path.join(ROOT, name + ".log"), "w")
    processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT))


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            value = condition()
        except (OSError, http.client.HTTPException, Refused):
            value = None
        if value:
            return value
        time.sleep(0.05)
    fail(f"waited {seconds} s in vain for {what}")


def call(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    if response.status >= 300:
        raise Refused(f"{method} {path}: {response.status} {text[:500]!r}")
    return json.loads(text) if text[:1] in b"{[" else text


def set_up():
    os.makedirs(STATE)
    shop = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=shop.serve_forever, daemon=True).start()
    gate, prometheus, alertmanager = free_port(), free_port(), free_port()
    files = {
        "prometheus.yml": f"""
global: {{scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: shop, static_configs: [{{targets: ["127.0.0.1:{shop.server_address[1]}"]}}]}}]
""",
        "rules.yml": """
groups:
  - name: shop
    rules:
      - {alert: ResponseTimeHigh, expr: 'shop_latency_ms{stage="production"} > 500'}
      - {alert: ErrorsHigh, expr: 'shop_errors_percent{stage="production"} > 5'}
""",
        "alertmanager.yml": f"""
route: {{receiver: tidegate, group_by: [alertname], group_wait: 100ms, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: tidegate
    webhook_configs: [{{url: "http://127.0.0.1:{gate}/v1/alerts/alertmanager", send_resolved: true}}]
""",
        "server.yaml": f"""
apiVersion: tidegate.dev/v1
kind: Server
spec: {{listen: "127.0.0.1:{gate}", dataDir: data, commands: [{HERE}/act.sh]}}
""",
    }
    command = lambda name, tasks, *words: f"""
    - name: {name}
      tasks: [{tasks}]
      command: {{program: {HERE}/act.sh, arguments: {json.dumps(words)}}}"""
    action = lambda kind, *words: command(kind, "action", kind, STATE, *words).replace("tasks: [action]", f"tasks: [action]\n      actions: [{kind}]")
    shutil.copytree(os.path.join(HERE, "shop"), os.path.join(ROOT, "shop"))
    files["shop/project.yaml"] = f"""
apiVersion: tidegate.dev/v1
kind: Project
metadata: {{name: shop}}
spec:
  providers: [{{name: prometheus, type: prometheus, url: "http://127.0.0.1:{prometheus}"}}]
  executors:{command("deployer", "deployment", "deploy", STATE, "{{.data.stage}}", "{{.data.labels.version}}")}{command(
      "back", "rollback", "rollback", STATE, "{{.data.stage}}", "{{.data.rollback.release.labels.version}}")}{action(
      "restart", "{{.data.stage}}")}{action("scale", "{{.data.stage}}", "{{.data.action.value}}")}
  allow: {{commands: [{HERE}/act.sh]}}
  alerts: [{{match: {{service: carts}}, stage: "{{{{labels.stage}}}}", service: "{{{{labels.service}}}}"}}]
  remediation: {{perHour: 10, cooldown: 1s}}
"""
    for name, text in files.items():
        with open(os.path.join(ROOT, name), "w") as file:
            file.write(text)
    start("tidegate", [TIDEGATE, "serve", "--config", "server.yaml"])
    start("prometheus", ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
                         f"--web.listen-address=127.0.0.1:{prometheus}"])
    start("alertmanager", ["prometheus-alertmanager", "--config.file=alertmanager.yml", "--storage.path=alerts",
                           f"--web.listen-address=127.0.0.1:{alertmanager}", "--cluster.listen-address="])
    wait_for("tidegate", lambda: call(gate, "GET", "/readyz"))
    wait_for("prometheus", lambda: b"shop_latency" in json.dumps(
        call(prometheus, "GET", "/api/v1/query?query=shop_latency_ms")).encode())
    wait_for("alertmanager", lambda: call(alertmanager, "GET", "/-/ready"))
    applied = subprocess.run([TIDEGATE, "apply", "shop", "--server", f"http://127.0.0.1:{gate}"], cwd=ROOT, capture_output=True, text=True)
    if applied.returncode:
        fail("the documents were not applied: " + applied.stderr)
    say("a server, a Prometheus, an Alertmanager and a shop are running on loopback")
    return gate


class Teller:
    """Tells of events as they come, and remembers them."""
    def __init__(self, gate):
        self.gate, self.position, self.events = gate, 0, []

    def look(self):
        page = call(self.gate, "GET", f"/v1/events?after={self.position}&limit=1000")
        for item in page["items"]:
            self.position = item["position"]
            event = item["event"]
            self.events.append(event)
            self.tell(event)

    def tell(self, event):
        kind, data = event["type"], event.get("data", {})
        if kind == "dev.tidegate.problem.resolved":
            return say(f"the problem {data['problem']['ProblemTitle']} has resolved")
        if not kind.startswith("sh.keptn.event.") or not kind.endswith(".finished"):
            if kind.endswith("remediation.triggered") and event["source"] == "/tidegate/alertmanager":
                say(f"an alert fires: {data['problem']['ProblemTitle']}")
            return
        name = kind[len("sh.keptn.event."):-len(".finished")]
        message = data.get("message", "")
        say(f"{data.get('stage', ''):<10}  {name:<24}  {data.get('result', ''):<7}  {message[:110]}")

    def has(self, kind, **parts):
        """How many events of the type say so in their data."""
        self.look()
        return sum(1 for event in self.events if event["type"] == "sh.keptn.event." + kind
                   and all(event.get("data", {}).get(name) == value for name, value in parts.items()))


def write(name, text):
    with open(os.path.join(STATE, name), "w") as file:
        file.write(text)


def deliver(gate, version):
    call(gate, "POST", "/v1/sequences", {"project": "shop", "stage": "staging", "service": "carts",
                                         "sequence": "delivery", "labels": {"version": version}})


def play():
    gate = set_up()
    teller = Teller(gate)
    say("--- 1.1.0 is released: it is good")
    deliver(gate, "1.1.0")
    wait_for("the promotion of 1.1.0", lambda: teller.has("production.delivery.finished", result="pass") == 1)
    if read("production.version", "") != "1.1.0":
        fail("1.1.0 does not run in production")
    say("--- 1.2.0 is released: it has errors")
    deliver(gate, "1.2.0")
    wait_for("the failure of 1.2.0", lambda: teller.has("staging.delivery.finished", result="fail") == 1)
    wait_for("its rollback", lambda: teller.has("staging.rollback.finished", result="pass") == 1)
    if (read("staging.version", ""), read("production.version", "")) != ("1.1.0", "1.1.0"):
        fail("1.1.0 is not what runs after the rollback")
    say("--- production becomes slow")
    write("trouble.slow", "yes")
    wait_for("a first action that does not help", lambda: teller.has("production.remediation.finished", result="fail") == 1)
    wait_for("a second one that does", lambda: teller.has("production.remediation.finished", result="pass") == 1)
    wait_for("the end of the problem", lambda: any(e["type"] == "dev.tidegate.problem.resolved" for e in teller.events) or teller.look())
    say("--- production has errors, and nothing helps")
    time.sleep(1.2)  # the cooldown
    write("trouble.errors", "yes")
    wait_for("a person to be asked", lambda: teller.has("production.escalation.triggered") == 1)
    approvals = wait_for("the approval", lambda: call(gate, "GET", "/v1/approvals")["items"])
    say(f"a person is asked: tidegate approve {approvals[0]['id']}")
    teller.look()
    if EVENTS:
        with open(EVENTS, "w") as file:
            json.dump(teller.events, file)
    seconds = time.monotonic() - BEGAN
    say(f"told in {seconds:.0f} s, by {len(teller.events)} events")


try:
    play()
finally:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
    shutil.rmtree(ROOT, ignore_errors=True)
