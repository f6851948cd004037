-- Sends orders (ORDERS=1) or reads, and ends with one line of JSON for the caller.
-- Every order has another price, far below the market: it rests.

local orders = os.getenv("ORDERS") == "1"
local account = os.getenv("ACCOUNT") or "default"
local number = 0

function init(args)
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["X-Account"] = account
  math.randomseed(os.time())
  number = math.random(0, 9999)
end

function request()
  if not orders then
    return wrk.format("GET")
  end
  number = (number + 1) % 10000
  local body = string.format(
    '{"symbol":"BTC-USDT","side":"buy","type":"limit","quantity":"0.00100","price":"%d.%02d","time_in_force":"gtc"}',
    10000 + math.floor(number / 100), number % 100)
  return wrk.format("POST", nil, nil, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"duration_us":%d,"refused":%d,"broken":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
