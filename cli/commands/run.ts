import { request } from '../client';
import type { Call, Command } from '../command';
import { DONE, misused } from '../failure';
import { apiPath } from '../job';
import { type JsonObject, numberAt, objectsOf, textAt } from '../json';
import { durationText, tableOf, timeText } from '../terminal';
import type { Target } from '../workspace';

const USUAL_LIMIT = 30;
const MOST = 100_000;
const PER_PAGE = 1_000;

function limitOf(call: Call): number {
  if (!call.isSet('limit')) return USUAL_LIMIT;
  const limit = Number(call.text('limit'));
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw misused(`--limit must be a whole number from 1 to ${MOST}, not "${call.text('limit')}".`);
}

/** The newest runs, page by page. */
async function newestRuns(target: Target, call: Call): Promise<readonly JsonObject[]> {
  const limit = limitOf(call);
  const found: JsonObject[] = [];
  for (let after: string | undefined; ; ) {
    const perPage = Math.min(PER_PAGE, limit - found.length);
    const { json, headers } = await request(target, 'GET', apiPath(target, '/jobs/list'), {
      query: {
        per_page: perPage,
        after,
        running: call.isSet('running') ? true : undefined,
        success: call.isSet('failed') ? false : undefined,
        script_path_exact: call.text('path') || undefined,
        tag: call.text('tag') || undefined,
      },
    });
    found.push(...objectsOf(json));
    after = headers.get('x-next-cursor') ?? undefined;
    if (after === undefined || found.length >= limit) return found;
  }
}

/**
 * A run as programs get it: who reads `script_path`, `worker_tag` and `duration_ms` finds them on each one. Code that
 * was tried out has no path, and goes by its kind; what has not ended has lasted until now.
 */
function listedRun(job: JsonObject, nowMs: number): JsonObject {
  const startedMs = numberAt(job, 'started_at');
  return {
    ...job,
    script_path: textAt(job, 'script_path') || textAt(job, 'job_kind'),
    worker_tag: textAt(job, 'worker_tag') || textAt(job, 'tag'),
    duration_ms: numberAt(job, 'duration_ms') ?? (startedMs === null ? 0 : Math.max(0, nowMs - startedMs)),
  };
}

function rowOf(job: JsonObject): readonly string[] {
  return [
    timeText(numberAt(job, 'created_at') ?? 0),
    textAt(job, 'state').replace('_', ' '),
    textAt(job, 'worker_tag'),
    numberAt(job, 'started_at') === null ? '' : durationText(numberAt(job, 'duration_ms') ?? 0),
    textAt(job, 'id'),
    textAt(job, 'script_path'),
  ];
}

const HEAD = ['CREATED', 'STATE', 'GROUP', 'TOOK', 'RUN', 'SCRIPT'];

export const runCommands: readonly Command[] = [
  {
    words: 'run list',
    takes: '',
    about: 'the newest runs: a table on a screen, a JSON array in a pipe',
    options: ['limit', 'failed', 'running', 'path', 'tag'],
    examples: [
      'run list --limit 20',
      'run list --failed',
      "run list --limit 20 | jq '.[] | {script_path, worker_tag, duration_ms}'",
    ],
    async run(call) {
      const { terminal } = call;
      const found = await newestRuns(await call.target(), call);
      const runs = found.map((job) => listedRun(job, Date.now()));
      const isForProgram = !terminal.isTty || call.isSet('json');
      terminal.print(isForProgram ? JSON.stringify(runs, null, 2) : tableOf(HEAD, runs.map(rowOf), terminal));
      return DONE;
    },
  },
];
