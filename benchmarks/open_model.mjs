// Sends requests at a fixed rate, whether or not earlier ones were answered, and prints their latencies.
//
//   node open_model.mjs '{"url": "...", "account": "...", "rate": 3000, "seconds": 5, "warmupSeconds": 1, "orders": true}'
//
// A latency counts from the moment a request was due, so a stall of the server (or of this process) is seen by every
// request that should have been sent during it.

import { loadTest } from 'loadtest'

const plan = JSON.parse(process.argv[2])
const nsEach = 1e9 / plan.rate
const skipped = Math.round(plan.rate * plan.warmupSeconds)
const times = []
let startedNs = 0n
let number = 0
let refused = 0

function orderBody() {
  const price = 10000 + (number % 10000) / 100
  return `{"symbol":"BTC-USDT","side":"buy","type":"limit","quantity":"0.00100","price":"${price.toFixed(2)}","time_in_force":"gtc"}`
}

function generate(options, params, request, answered) {
  const index = number++
  const nowNs = process.hrtime.bigint()
  if (index === 0) {
    startedNs = nowNs
  }
  const dueNs = startedNs + BigInt(Math.round(index * nsEach))
  if (plan.orders) {
    params.headers['content-length'] = Buffer.byteLength(orderBody())
  }
  return request(params, (response) => {
    response.on('end', () => {
      if (index >= skipped) {
        times.push(Number(process.hrtime.bigint() - dueNs) / 1e6)
        refused += response.statusCode >= 400 ? 1 : 0
      }
    })
    answered(response)
  })
}

const result = await loadTest({
  url: plan.url,
  method: plan.orders ? 'POST' : 'GET',
  body: plan.orders ? orderBody : undefined,
  contentType: 'application/json',
  headers: { 'x-account': plan.account },
  requestsPerSecond: plan.rate,
  maxSeconds: plan.seconds + plan.warmupSeconds,
  agentKeepAlive: true,
  requestGenerator: generate,
  quiet: true,
})

times.sort((first, second) => first - second)
const percentile = (percent) => times[Math.min(times.length - 1, Math.ceil((times.length * percent) / 100) - 1)]
console.log(
  JSON.stringify({
    measured: times.length,
    broken: result.totalErrors - refused,
    refused,
    connections: result.clients,
    per_s: result.effectiveRps,
    p50_ms: percentile(50),
    p99_ms: percentile(99),
    max_ms: times.at(-1),
  }),
)
process.exit(0)
