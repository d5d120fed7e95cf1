import { z } from 'zod';
import { HOLDS } from './hold/model';
import { JOB_KINDS, JOB_STATES, TRIGGERS } from './model';

/** What a list of jobs may be narrowed by: the same words in the page's URL, its filter bar and the API. */
export const jobFilterSchema = z.object({
  states: z.array(z.enum(JOB_STATES)).optional(),
  /** what a waiting flow waits for; asks for nothing but those */
  waitsFor: z.array(z.enum(HOLDS)).optional(),
  kinds: z.array(z.enum(JOB_KINDS)).optional(),
  path: z.string().optional(),
  pathStart: z.string().optional(),
  pathContains: z.string().optional(),
  scriptHash: z.string().optional(),
  createdBy: z.string().optional(),
  tag: z.string().optional(),
  worker: z.string().optional(),
  trigger: z.enum(TRIGGERS).optional(),
  label: z.string().optional(),
  parentId: z.uuid().optional(),
  hasNoParent: z.boolean().optional(),
  /** ended before its end on purpose, by a stop rule; with `false`, all others */
  isSkipped: z.boolean().optional(),
  /** steps of flows are left out unless they, or a parent's jobs, are asked for */
  isStep: z.boolean().optional(),
  createdAfterMs: z.number().optional(),
  createdBeforeMs: z.number().optional(),
  startedAfterMs: z.number().optional(),
  startedBeforeMs: z.number().optional(),
  /** JSON that the arguments must contain */
  argsContain: z.record(z.string(), z.unknown()).optional(),
  /** text to find in arguments, result or reason */
  text: z.string().max(200).optional(),
});
export type JobFilter = z.infer<typeof jobFilterSchema>;

/** Where a page of the list begins: after (older than) this job. */
export interface JobCursor {
  readonly createdAtMs: number;
  readonly id: string;
}

export const formatCursor = (cursor: JobCursor): string => `${cursor.createdAtMs}.${cursor.id}`;

/** Reads the text form back; null when it is none. */
export function parseCursor(text: string): JobCursor | null {
  const dot = text.indexOf('.');
  const createdAtMs = Number(text.slice(0, dot));
  const id = text.slice(dot + 1);
  return dot > 0 && Number.isFinite(createdAtMs) && z.uuid().safeParse(id).success ? { createdAtMs, id } : null;
}

const LIVE_STATES: ReadonlySet<string> = new Set(['scheduled', 'queued', 'running', 'waiting']);

/** Does the filter ask for jobs that have not ended, for ended ones, or for both? Decides which table leads. */
export function scopeOfStates(states: JobFilter['states']): 'live' | 'ended' | 'both' {
  if (states === undefined || states.length === 0) return 'both';
  const live = states.filter((state) => LIVE_STATES.has(state)).length;
  if (live === states.length) return 'live';
  return live === 0 ? 'ended' : 'both';
}
