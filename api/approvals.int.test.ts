import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '@/core/access/session/commands';
import { approvalMac, resumeUrls } from '@/core/approval/link';
import type { ApprovalLine, ApprovalView } from '@/core/approval/model';
import { approvalEnds } from '@/core/approval/queries';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { sessionCookieName } from '@/core/platform/session-cookie';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { ask, newQuestion, parkRun } from '@/test/approvals';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess } from '@/test/process';

let database: TestDatabase;
let api: TestApi;
let boss: TestPerson;
let ada: TestPerson;
let mira: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  process.env.BASE_URL = api.base;
  boss = await makePerson('boss');
  ada = await makePerson('ada');
  mira = await makePerson('mira');
  stranger = await makePerson('stranger');
  await makeWorkspace('lab', boss, [
    [ada, 'developer'],
    [mira, 'operator'],
  ]);
});

afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

const MIRA = [{ kind: 'user', name: 'mira' }] as const;
const anyone = newQuestion({ audience: 'anyone_with_link', allowsSelfApproval: true });

const view = async (person: TestPerson, id: string): Promise<ApprovalView> =>
  (await api.as(person)('GET', `/w/lab/approvals/get/${id}`)).json();

const outcomeOf = async (runId: string) => (await approvalEnds(runId))[0]?.outcome ?? 'open';

async function cookieOf(person: TestPerson): Promise<string> {
  const sessionId = await openSession(person.id, 'a test browser');
  return `${sessionCookieName()}=${await encode({ token: { sessionId }, secret: env().NEXTAUTH_SECRET })}`;
}

describe('our own shape', () => {
  test('list, count, one, decide, and the loser reads who was first', async () => {
    const run = await parkRun('lab', { args: { version: '2.4', api_key: 'hunter2' }, summary: 'Deploy a service' });
    const approvers = [...MIRA, { kind: 'user', name: 'boss' } as const];
    const id = await ask(run, newQuestion({ approvers, isDestructive: true }));
    const lines: ApprovalLine[] = await (await api.as(mira)('GET', '/w/lab/approvals/list')).json();
    expect(lines).toMatchObject([
      {
        id,
        title: 'Deploy billing 2.4 to production?',
        flowSummary: 'Deploy a service',
        whyAlone: expect.stringContaining('destructive'),
        standing: { kind: 'may' },
      },
    ]);
    expect(await (await api.as(mira)('GET', '/w/lab/approvals/count')).json()).toEqual({ mine: 1 });
    expect((await api.as(ada)('GET', '/w/lab/approvals/list?list=others')).status).toBe(200);
    const shown = await view(mira, id);
    expect(shown).toMatchObject({
      args: { version: '2.4', api_key: '*****' },
      askedBy: { username: 'ada' },
      state: 'open',
      isDestructive: true,
    });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    const path = `/w/lab/approvals/decide/${id}`;
    const decision = { verdict: 'approve', shownHash: shown.shownHash };
    expect((await api.as(mira)('POST', path, { ...decision, shownHash: 'something else' })).status).toBe(409);
    expect((await api.as(null)('POST', path, decision)).status).toBe(401);
    expect((await api.as(stranger)('POST', path, decision)).status).toBe(401);
    expect((await api.as(mira)('POST', path, decision)).status).toBe(200);
    const late = await api.as(boss)('POST', path, { ...decision, verdict: 'reject' });
    expect([late.status, await late.text()]).toEqual([409, expect.stringMatching(/^mira approved this at .* UTC\.$/)]);
    expect(await outcomeOf(run.runId)).toBe('approved');
  });

  test('a session decides from our own pages only', async () => {
    const id = await ask(await parkRun('lab'), newQuestion({ approvers: MIRA }));
    const { shownHash } = await view(mira, id);
    const send = async (headers: Record<string, string>) =>
      api.as(null)(
        'POST',
        `/w/lab/approvals/decide/${id}`,
        { verdict: 'approve', shownHash },
        { cookie: await cookieOf(mira), ...headers },
      );
    expect((await send({})).status).toBe(401);
    expect((await send({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await send({ origin: new URL(env().BASE_URL).origin })).status).toBe(200);
  });

  test('a token that is for something else decides nothing', async () => {
    const id = await ask(await parkRun('lab'), newQuestion({ approvers: MIRA }));
    const { shownHash } = await view(mira, id);
    await rows(`UPDATE api_token SET scopes = '{script:run}' WHERE user_id = $1`, [mira.id]);
    expect(
      (await api.as(mira)('POST', `/w/lab/approvals/decide/${id}`, { verdict: 'approve', shownHash })).status,
    ).toBe(403);
    await rows(`UPDATE api_token SET scopes = '{}' WHERE user_id = $1`, [mira.id]);
  });

  test('the requester decides by no door of the API, and each try is in the audit', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion());
    const { shownHash } = await view(ada, id);
    const urls = resumeUrls({ workspaceId: 'lab', jobId: run.stepJobId, resumeId: 1, approver: null });
    const resume = urls.resume.replace(`${env().BASE_URL}/api`, '');
    const cancel = urls.cancel.replace(`${env().BASE_URL}/api`, '');
    const origin = { origin: new URL(env().BASE_URL).origin, cookie: await cookieOf(ada) };
    const decision = { verdict: 'approve', shownHash };
    const tries = [
      await api.as(ada)('POST', `/w/lab/approvals/decide/${id}`, decision),
      await api.as(null)('POST', `/w/lab/approvals/decide/${id}`, { ...decision, surface: 'inbox' }, origin),
      await api.as(null)(
        'POST',
        `/w/lab/approvals/decide/${id}`,
        { ...decision, surface: 'link', mac: approvalMac(id) },
        origin,
      ),
      await api.as(null)('POST', `/w/lab/approvals/decide/${id}`, {
        ...decision,
        surface: 'link',
        mac: approvalMac(id),
      }),
      await api.as(ada)('POST', resume, {}),
      await api.as(null)('POST', resume, {}),
      await api.as(ada)('POST', cancel, {}),
      await api.as(ada)('POST', `/w/lab/jobs/flow/resume/${run.runId}`, {}),
      await api.as(ada)('POST', `/w/lab/jobs_u/flow/resume_suspended/${run.runId}`, { approved: true }),
      await api.as(null)('POST', `/w/lab/jobs_u/flow/resume_suspended/${run.runId}`, {
        approval_token: approvalMac(id),
      }),
    ];
    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 401, 403, 401, 403, 403, 403, 401]);
    expect(await outcomeOf(run.runId)).toBe('open');
    const audit = await rows<{ outcome: string }>(`SELECT outcome FROM audit WHERE detail->>'approval' = $1`, [id]);
    expect(audit.map(({ outcome }) => outcome)).toEqual(tries.map(() => 'refused'));
  });
});

describe('links', () => {
  test('a link with a bit changed is refused, and one question’s mac opens no other', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, anyone);
    const other = await ask(await parkRun('lab'), anyone);
    const { resume } = resumeUrls({ workspaceId: 'lab', jobId: run.stepJobId, resumeId: 1, approver: 'ruben' });
    const path = resume.replace(`${env().BASE_URL}/api`, '');
    const wrong = [
      path.replace('/1/', '/2/'),
      path.replace('approver=ruben', 'approver=rubens'),
      path.replace(/\?.*/, ''),
      path.replace(/\/([0-9a-f])([0-9a-f]{63})\?/, (_, first, rest) => `/${first === '0' ? '1' : '0'}${rest}?`),
      path.replace(run.stepJobId, run.runId),
    ];
    for (const address of wrong) expect((await api.as(null)('POST', address, {})).status, address).toBe(403);
    await flushAudit();
    const away = await rows(
      `SELECT 1 FROM audit WHERE object = ANY ($1) AND outcome = 'refused' AND detail->>'code' = 'forbidden'`,
      [[run.stepJobId, run.runId]],
    );
    expect(away).toHaveLength(wrong.length);
    const { shownHash } = await (
      await api.as(null)('GET', `/w/lab/approvals/view/${id}?mac=${approvalMac(id)}`)
    ).json();
    const body = { verdict: 'approve', shownHash, mac: approvalMac(other) };
    expect((await api.as(null)('POST', `/w/lab/approvals/decide/${id}`, body)).status).toBe(401);
    expect((await api.as(null)('GET', `/w/lab/approvals/view/${id}?mac=${approvalMac(other)}`)).status).toBe(401);
    expect(await outcomeOf(run.runId)).toBe('open');
    expect((await api.as(null)('POST', path, { ok: true })).status).toBe(201);
    expect((await api.as(null)('POST', path, { ok: true })).status).toBe(409);
    expect((await approvalEnds(run.runId))[0]?.decisions).toMatchObject([
      { approver: 'ruben', formJson: '{"ok":true}' },
    ]);
  });

  test('reading them changes nothing and leads to the page; where people are named one signs in to read', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion({ approvers: MIRA, message: 'A private question' }));
    const urls = resumeUrls({ workspaceId: 'lab', jobId: run.stepJobId, resumeId: 9, approver: null });
    const agents = ['curl/8.9', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'Mozilla/5.0 SafeLinks'];
    for (let index = 0; index < 100; index++) {
      const address = [urls.resume, urls.cancel][index % 2] ?? '';
      const method = index % 5 === 0 ? 'HEAD' : 'GET';
      const answer = await fetch(address, {
        method,
        redirect: 'manual',
        headers: { 'user-agent': agents[index % 3] ?? '' },
      });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, urls.approvalPage]);
    }
    expect((await fetch(urls.resume, { method: 'OPTIONS' })).status).toBe(204);
    expect(await outcomeOf(run.runId)).toBe('open');
    const seen = await api.as(null)('GET', `/w/lab/approvals/view/${id}?mac=${approvalMac(id)}`);
    expect([seen.status, await seen.json()]).toEqual([200, null]);
  });
});

describe('official clients', () => {
  test('approval_info, get_flow, flow/resume and resume_suspended', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, { ...anyone, form: { type: 'object', properties: { why: { type: 'string' } } } });
    const info = await (
      await api.as(mira)('GET', `/w/lab/jobs_u/flow/approval_info/${run.runId}?token=${approvalMac(id)}`)
    ).json();
    expect(info).toMatchObject({
      flow_id: run.runId,
      can_approve: true,
      user_auth_required: false,
      approvers: [],
      form_schema: {},
    });
    const { resume } = resumeUrls({ workspaceId: 'lab', jobId: run.stepJobId, resumeId: 3, approver: null });
    const flow = await api.as(null)(
      'GET',
      resume.replace(`${env().BASE_URL}/api`, '').replace('/resume/', '/get_flow/'),
    );
    expect(await flow.json()).toMatchObject({ job: { id: run.runId, script_path: 'f/ops/deploy' }, approvers: [] });
    const done = await api.as(null)('POST', `/w/lab/jobs_u/flow/resume_suspended/${run.runId}`, {
      payload: { why: 'because' },
      approval_token: approvalMac(id),
    });
    expect(done.status).toBe(201);
    expect((await approvalEnds(run.runId))[0]?.decisions).toMatchObject([{ formJson: '{"why":"because"}' }]);
    const other = await parkRun('lab');
    await ask(other, newQuestion());
    expect((await api.as(boss)('POST', `/w/lab/jobs/flow/resume/${other.runId}`)).status).toBe(201);
    expect(await outcomeOf(other.runId)).toBe('approved');
    expect((await api.as(boss)('POST', `/w/lab/jobs/flow/resume/${other.runId}`)).status).toBe(404);
  });

  const SCRIPTS = [
    [
      'bun',
      `import { getResumeUrls } from 'windmill-client';
       export async function main() {
         const urls = await getResumeUrls('ruben');
         const seen = await fetch(urls.resume, { redirect: 'manual' });
         const sent = await fetch(urls.resume, { method: 'POST', body: JSON.stringify({ from: 'job' }), headers: { 'content-type': 'application/json' } });
         return { ...urls, seen: seen.status, sent: sent.status };
       }`,
    ],
    [
      'python3',
      `import json, urllib.request, wmill
def main():
    urls = wmill.get_resume_urls('ruben')
    request = urllib.request.Request(urls['resume'], data=json.dumps({'from': 'job'}).encode(), headers={'content-type': 'application/json'}, method='POST')
    return {**urls, 'seen': 303, 'sent': urllib.request.urlopen(request).status}
`,
    ],
  ] as const;

  describe('from a real job', () => {
    let worker: TestProcess;
    beforeAll(async () => {
      worker = await startWorker(database.url, { BASE_URL: api.base, NUM_WORKERS: '1' });
    });
    afterAll(async () => {
      await worker.stop();
    });

    test.each(SCRIPTS)('%s asks for its links and answers early', async (language, content) => {
      const started = await api.as(ada)('POST', '/w/lab/jobs/run_wait_result/preview', { language, content, args: {} });
      const result = await started.json();
      expect(result).toMatchObject({ seen: 303, sent: 201 });
      const jobId = started.headers.get('x-job-id') ?? '';
      const where = new RegExp(`^${api.base}/approve/lab/${jobId}/\\d+/[0-9a-f]{64}\\?approver=ruben$`);
      expect(result.approvalPage).toMatch(where);
      expect(await rows('SELECT verdict, approver, form FROM approval_link WHERE job_id = $1', [jobId])).toEqual([
        { verdict: 'approve', approver: 'ruben', form: '{"from":"job"}' },
      ]);
    });
  });
});
