import type pg from 'pg';
import { rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import type { JsonValue } from '@/core/schema/model';
import type { VersionedKind } from '@/core/versioned/model';
import { ALERT_OUTCOMES, type AlertMessage, type AlertOutcome } from './model';
import { OUTCOME_WORDS } from './rules';

/** A run that ended without success, as a message and as a handler's arguments. */
export interface EndedRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: VersionedKind;
  readonly path: string | null;
  readonly outcome: AlertOutcome;
  readonly reason: string;
  readonly startedBy: string;
  readonly durationMs: number | null;
  /** the author of this version wants no alerts */
  readonly isMutedByAuthor: boolean;
  /** the step at fault, when it was one */
  readonly step: { readonly id: string; readonly jobId: string } | null;
  readonly url: string;
  readonly handlerArgs: { readonly [name: string]: JsonValue };
}

/** Authors may have written anything there; only a plain `true` silences. */
const MUTED = `v.extra @> '{"ws_error_handler_muted": true}'`;

/** A step at fault is the one that the flow's error names, else the last that failed. */
const ENDED = `
SELECT j.id, j.workspace_id, j.kind, j.path, j.outcome, j.reason, j.result, j.created_by, j.email, j.duration_ms, j.started_at,
  EXISTS (SELECT 1 FROM script_version v WHERE v.workspace_id = j.workspace_id AND v.hash = j.script_hash AND ${MUTED})
    OR EXISTS (SELECT 1 FROM flow_run r JOIN flow_version v ON v.id::text = r.version_id WHERE r.job_id = j.id AND ${MUTED})
    AS is_muted,
  (SELECT json_agg(json_build_object('id', s.step_key, 'jobId', s.id) ORDER BY s.ended_at DESC) FROM job s
    WHERE s.parent_id = j.id AND s.step_key IS NOT NULL AND s.outcome IN ('failed', 'timed_out')) AS steps
FROM job j WHERE j.id = $1 AND j.outcome IS NOT NULL`;

interface EndedRow extends pg.QueryResultRow {
  id: string;
  workspace_id: string;
  kind: string;
  path: string | null;
  outcome: string;
  reason: string | null;
  result: string | null;
  created_by: string;
  email: string;
  duration_ms: number | null;
  started_at: Date | null;
  is_muted: boolean;
  steps: string | null;
}

interface ErrorOfRun {
  readonly [key: string]: JsonValue;
}

function errorIn(resultJson: string | null): ErrorOfRun {
  try {
    const { error } = JSON.parse(resultJson ?? '{}') ?? {};
    return typeof error === 'object' && error !== null ? error : {};
  } catch {
    return {};
  }
}

function stepAtFault(row: EndedRow, error: ErrorOfRun): EndedRun['step'] {
  const steps: { id: string; jobId: string }[] = JSON.parse(row.steps ?? '[]') ?? [];
  const named = error.step_id;
  return steps.find(({ id }) => id === named || id.split('/').at(-1) === named) ?? steps[0] ?? null;
}

/** Reads an ended run; null when it is gone, or ended in a way that nobody is told of. */
export async function endedRun(jobId: string): Promise<EndedRun | null> {
  const [row] = await rows<EndedRow>(ENDED, [jobId]);
  const outcome = ALERT_OUTCOMES.find((one) => one === row?.outcome);
  if (row === undefined || outcome === undefined) return null;
  const error = errorIn(row.result);
  const step = stepAtFault(row, error);
  const runs = `${env().BASE_URL}/w/${encodeURIComponent(row.workspace_id)}/runs`;
  const url = `${runs}/${step?.jobId ?? row.id}`;
  const message = typeof error.message === 'string' ? error.message : (row.reason ?? '');
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    kind: row.kind === 'flow' ? 'flow' : 'script',
    path: row.path,
    outcome,
    reason: row.reason ?? message,
    startedBy: row.created_by,
    durationMs: row.duration_ms,
    isMutedByAuthor: row.is_muted,
    step,
    url,
    handlerArgs: {
      workspace_id: row.workspace_id,
      job_id: row.id,
      path: row.path ?? '',
      is_flow: row.kind === 'flow',
      email: row.email,
      started_at: row.started_at?.toISOString() ?? null,
      outcome,
      error: { name: 'Error', ...error, message },
      step: step?.id ?? null,
      url,
    },
  };
}

const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

/** What people read when a run has failed. */
export function failureMessage(run: EndedRun): AlertMessage {
  const facts = [
    ...(run.step === null ? [] : [{ name: 'Step', value: run.step.id }]),
    { name: 'Workspace', value: run.workspaceId },
    { name: 'Started by', value: run.startedBy },
    ...(run.durationMs === null ? [] : [{ name: 'Ran for', value: seconds(run.durationMs) }]),
  ];
  return {
    title: `${OUTCOME_WORDS[run.outcome]}: ${run.path ?? `${run.kind} ${run.id}`}`,
    paragraphs: run.reason === '' ? [] : [run.reason],
    facts,
    link: { label: run.step === null ? 'Open the run' : 'Open the failing step', url: run.url },
  };
}
