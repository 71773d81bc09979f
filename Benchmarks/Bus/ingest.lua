-- Posts events of 500 bytes, each with an id of its own.
local thread = 0
function setup(t) thread = thread + 1; t:set("id", thread) end
function init(args)
  count = 0
  filler = string.rep("x", 230)
  headers = { ["Content-Type"] = "application/cloudevents+json" }
end
function request()
  count = count + 1
  local body = '{"specversion":"1.0","id":"' .. id .. "-" .. count .. '","source":"bench/' .. run .. '","type":"dev.example.measured",'
    .. '"shkeptncontext":"' .. id .. "-" .. count .. '","data":{"project":"shop","stage":"staging","service":"s' .. (count % 100) .. '","value":' .. count
    .. ',"note":"' .. filler .. '"}}'
  return wrk.format("POST", "/v1/events", headers, body)
end
run = os.getenv("RUN") or "0"
function done(summary, latency)
  io.write(string.format("RESULT %f %f %f %d\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
