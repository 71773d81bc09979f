-- Posts events of 500 bytes, each with an id of its own. Requests are put together here, so that the load costs little itself.
local thread = 0
function setup(t) thread = thread + 1; t:set("id", thread) end
function init(args)
  local run = os.getenv("RUN") or "0"
  count = 1000000
  first = '{"specversion":"1.0","id":"' .. id .. "-"
  second = '","source":"bench/' .. run .. '","type":"dev.example.measured","shkeptncontext":"' .. id .. "-"
  third = '","data":{"project":"shop","stage":"staging","service":"s'
  last = ',"note":"' .. string.rep("x", 230) .. '"}}'
  local length = #first + #second + #third + #last + 3 * 7 + #'","value":' + 2
  head = "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/cloudevents+json\r\nContent-Length: "
    .. length .. "\r\n\r\n" .. first
end
function request()
  count = count + 1
  return head .. count .. second .. count .. third .. (count % 90 + 10) .. '","value":' .. count .. last
end
function done(summary, latency)
  io.write(string.format("RESULT %f %f %f %d\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
