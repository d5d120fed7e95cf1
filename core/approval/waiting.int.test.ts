import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asMember, findActor } from '@/core/access/queries';
import { rows } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { bash } from '@/test/flows';
import { type Lab, openLab } from '@/test/lab';
import { until } from '@/test/process';
import type { ApprovalLine, ApprovalView } from './model';
import { listApprovals } from './queries';

let lab: Lab;
let ada: TestPerson;
let mira: TestPerson;

beforeAll(async () => {
  lab = await openLab({ NUM_WORKERS: '2' });
  ada = await makePerson('ada');
  mira = await makePerson('mira');
  await makeWorkspace('lab', ada, [[mira, 'operator']]);
});

afterAll(() => lab.close());

const gate = (id: string, more: { [key: string]: JsonValue } = {}): JsonValue => ({
  id,
  value: {
    type: 'approval',
    approvers: [{ type: 'user', name: 'mira' }],
    message: `May ${id} go on with {{ flow_input.version }}?`,
    timeout: 3600,
    ...more,
  },
});

async function start(modules: JsonValue[], args: JsonValue = { version: '2.4' }): Promise<string> {
  const started = await lab.api.as(ada)('POST', '/w/lab/jobs/run/preview_flow', { value: { modules }, args });
  const id = await started.text();
  expect([started.status, id]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  return id;
}

const waiting = async (runId: string, count = 1): Promise<ApprovalLine[]> =>
  until(`${count} questions of ${runId}; the worker said:\n${lab.worker.output()}`, async () => {
    const actor = asMember(await findActor({ kind: 'token', text: mira.token }, 'lab'), 'lab');
    const lines = (await listApprovals(actor, 'mine')).filter((line) => line.runId === runId);
    return lines.length === count ? lines : null;
  });

function theOne(lines: readonly ApprovalLine[]): ApprovalLine {
  const [line] = lines;
  if (line === undefined || lines.length > 1) throw new Error(`There are ${lines.length} questions, not one.`);
  return line;
}

const endOf = (id: string) =>
  until<{ outcome: string; result: string; reason: string }>(
    `the end of ${id}; the worker said:\n${lab.worker.output()}`,
    async () =>
      (
        await rows<{ outcome: string; result: string; reason: string }>(
          'SELECT outcome, result, reason FROM job WHERE id = $1 AND outcome IS NOT NULL',
          [id],
        )
      )[0],
  );

async function answer(line: ApprovalLine, verdict: 'approve' | 'reject', more: object = {}): Promise<void> {
  const { shownHash }: ApprovalView = await (await lab.api.as(mira)('GET', `/w/lab/approvals/get/${line.id}`)).json();
  const sent = await lab.api.as(mira)('POST', `/w/lab/approvals/decide/${line.id}`, { verdict, shownHash, ...more });
  expect([sent.status, await sent.text()]).toEqual([200, expect.anything()]);
}

/** Nobody works on it, and no step of it is queued or running. */
async function expectParked(runId: string): Promise<void> {
  await until(`${runId} is parked`, async () => {
    const found = await rows<{ state: string }>('SELECT state FROM job_queue WHERE job_id = $1 OR flow_id = $1', [
      runId,
    ]);
    return found.length === 1 && found[0]?.state === 'parked';
  });
}

describe('a run that waits for a person', () => {
  test('holds no worker, however many wait, and goes on with the next step', async () => {
    const runs = await Promise.all(
      Array.from({ length: 12 }, () => start([bash('a', 'echo 1'), gate('ask'), bash('b', 'echo 2')])),
    );
    for (const id of runs) await waiting(id);
    for (const id of runs) await expectParked(id);
    const [running] = await rows<{ n: number }>(`SELECT count(*)::int AS n FROM job_queue WHERE state = 'running'`);
    expect(running?.n).toBe(0);
    // Both slots are free for others.
    const other = await lab.api.as(ada)('POST', '/w/lab/jobs/run_wait_result/preview', {
      language: 'bash',
      content: 'echo free',
      args: {},
    });
    expect(await other.json()).toBe('free');
    for (const id of runs) await answer(theOne(await waiting(id)), 'approve');
    for (const id of runs) expect(await endOf(id)).toMatchObject({ outcome: 'succeeded' });
  });

  test('waits inside a branch', async () => {
    const id = await start([
      {
        id: 'choose',
        value: {
          type: 'branchone',
          branches: [{ expr: 'true', modules: [gate('inner'), bash('then', 'echo yes')] }],
          default: [bash('else', 'echo no')],
        },
      },
      bash('after', 'echo after'),
    ]);
    const line = theOne(await waiting(id));
    expect(line.title).toBe('May inner go on with 2.4?');
    await expectParked(id);
    await answer(line, 'approve');
    expect(await endOf(id)).toMatchObject({ outcome: 'succeeded', result: '"after"' });
  });

  test('waits in each iteration of a parallel loop, and each is decided by itself', async () => {
    const id = await start([
      {
        id: 'loop',
        value: {
          type: 'forloopflow',
          iterator: { type: 'static', value: ['eu', 'us', 'ap'] },
          parallel: true,
          skip_failures: true,
          modules: [gate('region', { message: 'Deploy to {{ flow_input.iter.value }}?' }), bash('deploy', 'echo done')],
        },
      },
    ]);
    const lines = await waiting(id, 3);
    expect(lines.map(({ title }) => title).toSorted()).toEqual(['Deploy to ap?', 'Deploy to eu?', 'Deploy to us?']);
    await expectParked(id);
    const of = (region: string) => theOne(lines.filter(({ title }) => title.includes(region)));
    await answer(of('eu'), 'approve');
    await waiting(id, 2);
    await answer(of('us'), 'approve');
    await answer(of('ap'), 'approve');
    expect(await endOf(id)).toMatchObject({ outcome: 'succeeded', result: '["done","done","done"]' });
  });

  test('waits inside a sub-flow', async () => {
    const inner = {
      summary: 'inner',
      value: { modules: [gate('inner'), bash('in', 'echo from-inside')] },
      path: 'u/ada/inner',
    };
    expect((await lab.api.as(ada)('POST', '/w/lab/flows/create', inner)).status).toBe(201);
    const id = await start([
      {
        id: 'sub',
        value: {
          type: 'flow',
          path: 'u/ada/inner',
          input_transforms: { version: { type: 'javascript', expr: 'flow_input.version' } },
        },
      },
      bash('after', 'echo after'),
    ]);
    const line = theOne(await waiting(id));
    expect(line.title).toBe('May inner go on with 2.4?');
    await expectParked(id);
    await answer(line, 'approve');
    expect(await endOf(id)).toMatchObject({ outcome: 'succeeded' });
  });

  test('a rejection ends it as rejected: later steps and the failure module do not run', async () => {
    const id = await start([
      gate('ask'),
      bash('later', 'echo later'),
      bash('oops', 'echo failed', { type: 'failure' }),
    ]);
    const line = theOne(await waiting(id));
    await answer(line, 'reject', { comment: 'not today' });
    expect(await endOf(id)).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining('mira') });
    expect(await rows('SELECT step_key FROM job WHERE parent_id = $1', [id])).toEqual([]);
  });

  test('the deadline rejects, by the sweep alone', async () => {
    const id = await start([gate('ask', { timeout: 1 }), bash('later', 'echo later')]);
    expect(await endOf(id)).toMatchObject({ outcome: 'rejected' });
    const fails = await start([gate('ask', { timeout: 1, on_timeout: 'fail' })]);
    expect(await endOf(fails)).toMatchObject({ outcome: 'failed' });
    const approves = await start([gate('ask', { timeout: 1, on_timeout: 'approve' }), bash('later', 'echo later')]);
    expect(await endOf(approves)).toMatchObject({ outcome: 'succeeded', result: '"later"' });
  });

  test('a cancel ends it and its question', async () => {
    const id = await start([gate('ask')]);
    const line = theOne(await waiting(id));
    expect((await lab.api.as(ada)('POST', `/w/lab/jobs_u/queue/cancel/${id}`, { reason: 'superseded' })).status).toBe(
      200,
    );
    expect(await endOf(id)).toMatchObject({ outcome: 'cancelled' });
    const { shownHash, state }: ApprovalView = await (
      await lab.api.as(mira)('GET', `/w/lab/approvals/get/${line.id}`)
    ).json();
    expect(state).toBe('cancelled');
    const late = await lab.api.as(mira)('POST', `/w/lab/approvals/decide/${line.id}`, {
      verdict: 'approve',
      shownHash,
    });
    expect(late.status).toBe(409);
  });

  test('what was filled in is known to the next step', async () => {
    const form = { type: 'object', properties: { window: { type: 'string' } }, required: ['window'] };
    const next: JsonValue = {
      id: 'use',
      value: {
        type: 'rawscript',
        language: 'python3',
        lock: '',
        content: 'def main(answer): return answer',
        input_transforms: { answer: { type: 'javascript', expr: 'resume' } },
      },
    };
    const id = await start([gate('ask', { form }), next]);
    const line = theOne(await waiting(id));
    await answer(line, 'approve', { form: { window: 'tonight' } });
    expect(JSON.parse((await endOf(id)).result)).toEqual({ window: 'tonight' });
  });

  test('a step answers itself through its own link before it has ended, and the next one from outside', async () => {
    const python = (id: string, content: string, transforms: Record<string, string>): JsonValue => ({
      id,
      value: {
        type: 'rawscript',
        language: 'python3',
        lock: '',
        content,
        input_transforms: Object.fromEntries(
          Object.entries(transforms).map(([name, expr]) => [name, { type: 'javascript', expr }]),
        ),
      },
      ...(id === 'c' ? {} : { suspend: { required_events: 1 } }),
    });
    const own = [
      'import json, urllib.request, wmill',
      'def main():',
      "    url = wmill.get_resume_urls('ruben')['resume']",
      "    data = json.dumps('from job').encode()",
      "    sent = urllib.request.Request(url, data=data, headers={'content-type': 'application/json'}, method='POST')",
      '    return urllib.request.urlopen(sent).status',
    ].join('\n');
    const both = { resume: 'resume', resumes: 'resumes' };
    const id = await start([
      python('a', own, {}),
      python('b', 'def main(resume, resumes): return {"resume": resume, "resumes": resumes}', both),
      python('c', 'def main(last, resume, resumes): return {"last": last, "resume": resume, "resumes": resumes}', {
        ...both,
        last: 'results.b',
      }),
    ]);
    const [line] = await until(`the question of b; the worker said:\n${lab.worker.output()}`, async () => {
      const found = await rows<{ step_job_id: string }>(
        `SELECT step_job_id FROM approval WHERE run_id = $1 AND node_key = 'b' AND state = 'open'`,
        [id],
      );
      return found.length === 1 && found;
    });
    const made = await lab.api.as(ada)('GET', `/w/lab/jobs/resume_urls/${line?.step_job_id}/7?approver=ruben`);
    const { resume } = await made.json();
    const body = { method: 'POST', body: '"from test"', headers: { 'content-type': 'application/json' } };
    expect((await fetch(resume, body)).status).toBe(201);
    expect((await fetch(resume, body)).status).toBe(409);
    const ended = await endOf(id);
    expect([ended.outcome, JSON.parse(ended.result)]).toEqual([
      'succeeded',
      { last: { resume: 'from job', resumes: ['from job'] }, resume: 'from test', resumes: ['from test'] },
    ]);
  });
});
