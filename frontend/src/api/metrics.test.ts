// The metrics page: its lines as numbers, rates between two readings, quantiles out of buckets.
import { expect, it } from 'vitest';
import { endpointsOf, parseMetrics, quantileMs, trafficOf } from './metrics';

const text = (count: number, failed: number) => `# HELP sandbar_requests_total Requests.
sandbar_requests_total{method="GET",route="/api/v1/feed",status="200"} ${count}
sandbar_requests_total{method="GET",route="/api/v1/feed",status="404"} ${failed}
sandbar_request_seconds_bucket{le="0.001",method="GET",route="/api/v1/feed",status="200"} ${count / 2}
sandbar_request_seconds_bucket{le="0.002",method="GET",route="/api/v1/feed",status="200"} ${count}
sandbar_request_seconds_bucket{le="+Inf",method="GET",route="/api/v1/feed",status="200"} ${count}
odd{text="a \\"b\\" {c}"} 1.5e3`;

it('reads names, labels and values', () => {
  const samples = parseMetrics(text(10, 0));
  expect(samples[0]).toEqual({ name: 'sandbar_requests_total', labels: { method: 'GET', route: '/api/v1/feed', status: '200' }, value: 10 });
  expect(samples.at(-1)).toEqual({ name: 'odd', labels: { text: 'a "b" {c}' }, value: 1500 });
});

it('tells rate, failures and latency of an endpoint', () => {
  const readings = [
    { atMs: 0, samples: parseMetrics(text(10, 0)) },
    { atMs: 5_000, samples: parseMetrics(text(30, 5)) },
  ];
  expect(endpointsOf(readings)).toEqual([{ route: '/api/v1/feed', method: 'GET', count: 35, errors: 5, perSecond: 5, medianMs: 1, p95Ms: 1.9 }]);
  expect(trafficOf(readings)).toEqual([{ atMs: 5_000, perSecond: 5, p95Ms: 1.9 }]);
});

it('has no rate with one reading, and no latency without a request', () => {
  expect(endpointsOf([{ atMs: 0, samples: parseMetrics(text(2, 0)) }])[0]?.perSecond).toBeNull();
  expect(quantileMs(new Map(), 0.95)).toBeNull();
});

it('starts again from nothing when the gateway was restarted', () => {
  const readings = [
    { atMs: 0, samples: parseMetrics(text(100, 0)) },
    { atMs: 5_000, samples: parseMetrics(text(2, 0)) },
  ];
  expect(trafficOf(readings)[0]?.perSecond).toBe(0);
});
