import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { sqlVisibleJobs } from '@/core/access/visible/rules';
import { FantailError } from '@/core/errors';
import { transaction } from '@/core/platform/db';
import { type JobCursor, type JobFilter, scopeOfStates } from '../filter';
import { WAITS_FOR } from '../hold/row';
import type { JobSummary } from '../model';
import { parseSummary, STATE, SUMMARY_COLUMNS, type SummaryRow } from '../row';

/** A search that reads more than this is refused with advice instead of slowing everybody down. */
const SEARCH_LIMIT_MS = 8_000;

export interface JobListRequest {
  readonly filter: JobFilter;
  readonly perPage: number;
  /** keyset: older than this job (newer, when `isOldestFirst`) */
  readonly after: JobCursor | null;
  /** for clients that count pages; costs more the further it goes */
  readonly offset: number;
  readonly isOldestFirst: boolean;
}

/** Collects the conditions of one list and their values. */
class Conditions {
  readonly parts: string[] = [];
  readonly values: unknown[] = [];

  add(text: (parameter: string) => string, value: unknown): void {
    this.parts.push(text(`$${this.values.push(value)}`));
  }

  get next(): number {
    return this.values.length + 1;
  }
}

/** Every text condition: column and how it is compared. */
function addTexts(conditions: Conditions, filter: JobFilter): void {
  const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');
  if (filter.path !== undefined) conditions.add((p) => `j.path = ${p}`, filter.path);
  if (filter.pathStart !== undefined) conditions.add((p) => `j.path ^@ ${p}`, filter.pathStart);
  if (filter.pathContains !== undefined)
    conditions.add((p) => `j.path ILIKE ${p}`, `%${escaped(filter.pathContains)}%`);
  if (filter.scriptHash !== undefined) conditions.add((p) => `j.script_hash = ${p}`, filter.scriptHash);
  if (filter.createdBy !== undefined) conditions.add((p) => `j.created_by = ${p}`, filter.createdBy);
  if (filter.tag !== undefined) conditions.add((p) => `j.tag = ${p}`, filter.tag);
  if (filter.worker !== undefined) conditions.add((p) => `coalesce(j.worker, q.lease_owner) = ${p}`, filter.worker);
  if (filter.trigger !== undefined) conditions.add((p) => `j.trigger = ${p}`, filter.trigger);
  if (filter.label !== undefined) conditions.add((p) => `${p} = ANY (j.labels)`, filter.label);
  if (filter.parentId !== undefined) conditions.add((p) => `j.parent_id = ${p}`, filter.parentId);
  if (filter.text !== undefined && filter.text !== '') {
    const like = `%${escaped(filter.text)}%`;
    conditions.add(
      (p) => `(j.args::text ILIKE ${p} OR j.result::text ILIKE ${p} OR j.reason ILIKE ${p} OR j.path ILIKE ${p})`,
      like,
    );
  }
}

function addTimes(conditions: Conditions, filter: JobFilter): void {
  const times: [number | undefined, string, '<' | '>'][] = [
    [filter.createdAfterMs, 'j.created_at', '>'],
    [filter.createdBeforeMs, 'j.created_at', '<'],
    [filter.startedAfterMs, 'coalesce(j.started_at, q.started_at)', '>'],
    [filter.startedBeforeMs, 'coalesce(j.started_at, q.started_at)', '<'],
  ];
  for (const [valueMs, column, operator] of times) {
    if (valueMs !== undefined)
      conditions.add((p) => `${column} ${operator} to_timestamp(${p}::float8 / 1000)`, valueMs);
  }
}

function conditionsOf(actor: WorkspaceActor, filter: JobFilter): Conditions {
  const conditions = new Conditions();
  conditions.add((p) => `j.workspace_id = ${p}`, actor.workspaceId);
  const scope = scopeOfStates(filter.states);
  if (filter.states !== undefined && filter.states.length > 0) {
    const column = scope === 'ended' ? 'j.outcome' : STATE;
    conditions.add((p) => `${column} = ANY (${p}::text[])`, filter.states);
    // Said again in the words of the partial index, which holds all that did not succeed.
    if (scope === 'ended' && !filter.states.includes('succeeded')) conditions.parts.push("j.outcome <> 'succeeded'");
  }
  if (filter.waitsFor !== undefined) conditions.add((p) => `${WAITS_FOR} = ANY (${p}::text[])`, filter.waitsFor);
  if (filter.isSkipped !== undefined) conditions.parts.push(filter.isSkipped ? 'j.is_skipped' : 'NOT j.is_skipped');
  if (filter.kinds !== undefined) conditions.add((p) => `j.kind = ANY (${p}::text[])`, filter.kinds);
  if (filter.isStep === true) conditions.parts.push('j.step_key IS NOT NULL');
  else if (filter.isStep === false || filter.parentId === undefined) conditions.parts.push('j.step_key IS NULL');
  if (filter.hasNoParent) conditions.parts.push('j.parent_id IS NULL');
  if (filter.argsContain !== undefined) {
    conditions.add((p) => `j.args::text::jsonb @> ${p}::jsonb`, JSON.stringify(filter.argsContain));
  }
  addTexts(conditions, filter);
  addTimes(conditions, filter);
  const visible = sqlVisibleJobs(actor, 'job:read', { path: 'j.path', createdBy: 'j.created_by' }, conditions.next);
  conditions.parts.push(visible.text);
  conditions.values.push(...visible.values);
  return conditions;
}

/** The queue leads when only live jobs are asked for: it is small whatever the history's size. */
const tablesOf = (filter: JobFilter): string =>
  scopeOfStates(filter.states) === 'live' || filter.waitsFor !== undefined
    ? 'job_queue q JOIN job j ON j.id = q.job_id'
    : 'job j LEFT JOIN job_queue q ON q.job_id = j.id';

async function search<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
  try {
    return await transaction(async (client) => {
      await client.query(`SET LOCAL statement_timeout = ${SEARCH_LIMIT_MS}`);
      return (await client.query<Row>(text, values)).rows;
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '57014') {
      const advice = 'Narrow it by time or path and search again.';
      throw new FantailError('timeout', `The search was stopped after ${SEARCH_LIMIT_MS / 1000} s. ${advice}`);
    }
    throw error;
  }
}

/** One page of the jobs that the actor may see, newest first. */
export async function listJobs(actor: WorkspaceActor, request: JobListRequest): Promise<JobSummary[]> {
  const conditions = conditionsOf(actor, request.filter);
  const order = request.isOldestFirst ? 'ASC' : 'DESC';
  if (request.after !== null) {
    const { createdAtMs, id } = request.after;
    const time = `to_timestamp($${conditions.values.push(createdAtMs)}::float8 / 1000)`;
    const comparison = request.isOldestFirst ? '>' : '<';
    conditions.parts.push(`(j.created_at, j.id) ${comparison} (${time}, $${conditions.values.push(id)}::uuid)`);
  }
  const limit = `LIMIT $${conditions.values.push(request.perPage)} OFFSET $${conditions.values.push(request.offset)}`;
  const found = await search<SummaryRow>(
    `SELECT ${SUMMARY_COLUMNS} FROM ${tablesOf(request.filter)} WHERE ${conditions.parts.join(' AND ')}
     ORDER BY j.created_at ${order}, j.id ${order} ${limit}`,
    conditions.values,
  );
  return found.map(parseSummary);
}

/** How many there are, up to `limit`: a page says “1000+” instead of counting a million rows. */
export async function countJobs(actor: WorkspaceActor, filter: JobFilter, limit: number): Promise<number> {
  const conditions = conditionsOf(actor, filter);
  const [row] = await search<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM ${tablesOf(filter)} WHERE ${conditions.parts.join(' AND ')}
     LIMIT $${conditions.values.push(limit)}) counted`,
    conditions.values,
  );
  return row?.count ?? 0;
}
