// Reports and their schedules as the gateway would send them, with what a test cares about changed.
import type { Report, Schedule } from '../api/types';

export function makeReport(change: Partial<Report> = {}): Report {
  return {
    id: 'report-1',
    kind: 'performance',
    format: 'html',
    name: 'November',
    title: 'Performance of Default',
    asked: { kind: 'performance', format: 'html', name: 'November', time_zone: 'UTC', method: 'fifo' },
    data_hash: 'd'.repeat(64),
    size_bytes: 20_480,
    content_hash: 'c'.repeat(64),
    schedule: null,
    created_at: '2026-01-02T10:00:00.000Z',
    file_name: 'november-report-1.html',
    ...change,
  };
}

export function makeSchedule(change: Partial<Schedule> = {}): Schedule {
  return {
    id: 'schedule-1',
    name: 'Every morning',
    every: '30 6 * * *',
    time_zone: 'Europe/Berlin',
    span: '1d',
    keep: 30,
    enabled: true,
    asked: { kind: 'statement', format: 'pdf', name: 'Every morning', time_zone: 'Europe/Berlin', method: 'fifo' },
    next_at: '2026-01-03T05:30:00.000Z',
    last_due_at: null,
    last_job: null,
    last_error: null,
    created_at: '2026-01-02T10:00:00.000Z',
    ...change,
  };
}
