import { rows } from '@/core/platform/db';

/** What a job last said of its progress, in percent; null when it never did. The caller has the job from a gate. */
export async function progressOf(id: string): Promise<number | null> {
  const [row] = await rows<{ detail: string }>('SELECT detail FROM job_event WHERE job_id = $1 AND seq = 0', [id]);
  return row === undefined ? null : Number(row.detail);
}
