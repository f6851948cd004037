// What came of a job that makes reports.
import type { Job } from '../../api/types';

/** The report that a job has made; null while there is none. */
export function reportIn(job: Job | undefined): string | null {
  if (job?.status !== 'succeeded' || typeof job.result !== 'object' || job.result === null) return null;
  const { report_id: id } = job.result as { report_id?: unknown };
  return typeof id === 'string' ? id : null;
}
