-- For wrk, with one thread: posts each line of BODIES (path, tab, body) once, at most MOST of them, and says so when all are answered.
-- wrk itself waits until its time is over, or until it is interrupted.
local token, most = os.getenv("TOKEN"), tonumber(os.getenv("MOST"))
local bodies, sent, answered = {}, 0, 0
statuses = {}

function setup(thread)
  mine = thread
end

function init()
  for line in io.lines(os.getenv("BODIES")) do
    local path, body = line:match("^([^\t]*)\t(.*)$")
    bodies[#bodies + 1] = { path, body }
    if #bodies == most then break end
  end
end

-- A connection that has nothing more to post rests.
function delay()
  return sent > #bodies and 60000 or 0
end

-- wrk takes the first request of a thread for a look at it and does not send it: that one is nobody's body.
function request()
  sent = sent + 1
  local next = bodies[sent - 1]
  if not next then return wrk.format("GET", "/healthz") end
  return wrk.format("POST", next[1], {
    ["authorization"] = token, ["content-type"] = "application/json", ["idempotency-key"] = "bench-" .. next[1]:match("[^/]+$"),
  }, next[2])
end

function response(status, headers, body)
  if body == '{"status":"alive"}' then return end
  statuses[status] = (statuses[status] or 0) + 1
  answered = answered + 1
  if answered == #bodies then
    wrk.thread:stop()
    io.stderr:write("answered\n")
  end
end

function done(summary, latency)
  local counts = mine:get("statuses")
  local parts = {}
  for status, count in pairs(counts) do parts[#parts + 1] = string.format('"%d":%d', status, count) end
  print(string.format('RESULT {"seconds":%f,"p50":%f,"p99":%f,"p999":%f,"statuses":{%s}}', summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3, table.concat(parts, ",")))
end
