import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asMember, findActor } from '@/core/access/queries';
import { runDueApprovals } from '@/core/approval/commands';
import { cancelInLedger } from '@/core/ledger/cancel';
import { submitJob } from '@/core/ledger/submit';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { ask, newQuestion, parkRun } from '@/test/approvals';
import { type TestDatabase, testDatabase } from '@/test/database';
import { newJob } from '@/test/jobs';
import { startWorker, type TestProcess, until } from '@/test/process';
import { type SmtpServer, startSmtp } from '@/test/smtp';
import { dispatchAlerts } from './dispatch';
import type { AlertOverview } from './model';

let database: TestDatabase;
let api: TestApi;
let smtp: SmtpServer;
let ada: TestPerson;
let dev: TestPerson;
let mira: TestPerson;

/** Stands for a chat. */
let chat: http.Server;
let chatUrl = '';
let posted: { text: string; blocks: unknown[] }[] = [];
let chatStatus = 200;

beforeAll(async () => {
  database = await testDatabase();
  smtp = await startSmtp();
  chat = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (chatStatus === 200) posted.push(JSON.parse(body));
      response.writeHead(chatStatus).end(chatStatus === 200 ? 'ok' : 'no_service');
    });
  });
  await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
  const address = chat.address();
  chatUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/services/secret`;
  Object.assign(process.env, { SMTP_URL: smtp.url, OUTGOING_ALLOW: '127.0.0.1' });
  api = await startApi();
  ada = await makePerson('ada');
  dev = await makePerson('dev');
  mira = await makePerson('mira');
  await makeWorkspace('lab', ada, [
    [dev, 'developer'],
    [mira, 'operator'],
  ]);
});

afterAll(async () => {
  await api.close();
  chat.close();
  await smtp.close();
  await database.drop();
});

beforeEach(() => {
  posted = [];
  smtp.mails.length = 0;
  chatStatus = 200;
});

const asAda = (method: string, path: string, body?: unknown) => api.as(ada)(method, `/w/lab${path}`, body);
const overview = async (): Promise<AlertOverview> => (await asAda('GET', '/alerts')).json();

async function addDestination(kind: 'webhook' | 'email', address: string, events: string[]): Promise<string> {
  const made = await asAda('POST', '/alerts/destinations', { name: `${kind} of ops`, kind, address, events });
  expect(made.status).toBe(201);
  return (await made.json()).id;
}

const clear = () =>
  rows(
    `DELETE FROM alert_destination; DELETE FROM alert_outbox; DELETE FROM alert_settings; DELETE FROM alert_override`,
  );

async function endJob(outcome: string, changes: Partial<Parameters<typeof newJob>[0]> = {}): Promise<string> {
  const job = newJob({ kind: 'script', path: 'f/ops/nightly', createdBy: 'dev', ...changes });
  await submitJob(job);
  const result = JSON.stringify({ error: { name: 'Error', message: 'boom <b>' } });
  await rows('DELETE FROM job_queue WHERE job_id = $1', [job.id]);
  await rows(
    `UPDATE job SET outcome = $2, reason = 'boom <b>', result = $3::json, ended_at = now(), duration_ms = 1200 WHERE id = $1`,
    [job.id, outcome, result],
  );
  return job.id;
}

const events = (jobId: string) => rows<{ kind: string }>('SELECT kind FROM alert_outbox WHERE job_id = $1', [jobId]);

describe('the terminal event', () => {
  test.each(['failed', 'timed_out', 'rejected', 'cancelled'])('%s fires exactly one', async (outcome) => {
    const id = await endJob(outcome);
    await rows(`UPDATE job SET reason = 'said again' WHERE id = $1`, [id]);
    expect(await events(id)).toEqual([{ kind: 'job_ended' }]);
  });

  test('success, steps, previews and children fire none', async () => {
    expect(await events(await endJob('succeeded'))).toEqual([]);
    expect(await events(await endJob('failed', { kind: 'preview' }))).toEqual([]);
    const parent = await endJob('succeeded');
    expect(await events(await endJob('failed', { parentId: parent }))).toEqual([]);
  });

  test('a cancel before the start fires it, in the same commit', async () => {
    const job = newJob({ kind: 'script', path: 'f/ops/nightly' });
    await submitJob(job);
    await cancelInLedger({ workspaceId: 'lab', jobId: job.id, by: 'ada', because: 'not needed' });
    expect(await events(job.id)).toHaveLength(1);
  });
});

describe('a failure reaches people', () => {
  beforeEach(async () => {
    await clear();
  });

  test('in chat and by mail, with a link to the run', async () => {
    await addDestination('webhook', chatUrl, ['failures']);
    await addDestination('email', 'ops@example.com, duty@example.com', ['failures']);
    const id = await endJob('failed');
    await endJob('cancelled');
    await dispatchAlerts();
    expect(posted).toHaveLength(1);
    expect(posted[0]?.text).toMatch(/^Failed: f\/ops\/nightly: http.*\/w\/lab\/runs\//);
    expect(JSON.stringify(posted[0]?.blocks)).toContain('boom &lt;b&gt;');
    expect(smtp.mails).toMatchObject([{ to: ['ops@example.com', 'duty@example.com'] }]);
    // Long lines are folded on their way.
    expect(smtp.mails[0]?.text.replaceAll('=\n', '')).toContain(`/w/lab/runs/${id}`);
    expect(smtp.mails[0]?.text).toMatch(/^Subject: Failed: f\/ops\/nightly$/m);
    await dispatchAlerts();
    expect(posted).toHaveLength(1);
    expect((await overview()).deliveries).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
  });

  test('the link leads to the step that failed', async () => {
    await addDestination('webhook', chatUrl, ['failures']);
    const run = await parkRun('lab');
    await rows(`UPDATE job SET outcome = 'failed', ended_at = now() WHERE id = $1`, [run.stepJobId]);
    await rows(
      `UPDATE job SET outcome = 'failed', ended_at = now(), result = '{"error":{"message":"no","step_id":"gate"}}' WHERE id = $1`,
      [run.runId],
    );
    await dispatchAlerts();
    expect(posted[0]?.text).toContain(`/runs/${run.stepJobId}`);
    expect(JSON.stringify(posted[0])).toContain('Open the failing step');
  });

  test('is tried again with growing pauses, and given up where another try is useless', async () => {
    await addDestination('webhook', chatUrl, ['failures']);
    chatStatus = 503;
    await endJob('failed');
    await dispatchAlerts();
    const [due] = (await overview()).deliveries;
    expect(due).toMatchObject({ state: 'due', attempts: 1, answer: 'HTTP 503: no_service' });
    expect((await dispatchAlerts()).messages).toBe(0);
    chatStatus = 200;
    await rows('UPDATE alert_delivery SET due_at = now()');
    await dispatchAlerts();
    expect((await overview()).deliveries[0]).toMatchObject({ state: 'sent', attempts: 2 });
    chatStatus = 404;
    await endJob('failed');
    await dispatchAlerts();
    expect((await overview()).deliveries[0]).toMatchObject({ state: 'given_up', attempts: 1 });
  });

  test('five dispatchers at once send one message', async () => {
    await addDestination('webhook', chatUrl, ['failures']);
    await Promise.all([1, 2, 3].map(() => endJob('failed')));
    for (let round = 0; round < 3; round++) await Promise.all([1, 2, 3, 4, 5].map(() => dispatchAlerts()));
    expect(posted).toHaveLength(3);
  });

  test('not where it is muted, here or by its author', async () => {
    await addDestination('webhook', chatUrl, ['failures']);
    const made = await api.as(dev)('POST', '/w/lab/scripts/create', {
      path: 'u/dev/quiet',
      language: 'bash',
      content: 'exit 1',
      ws_error_handler_muted: true,
    });
    const hash = (await made.text()).trim();
    await endJob('failed', { path: 'u/dev/quiet', scriptHash: hash });
    const odd = await api.as(dev)('POST', '/w/lab/scripts/create', {
      path: 'u/dev/odd',
      language: 'bash',
      content: 'exit 1',
      ws_error_handler_muted: 'perhaps',
    });
    await endJob('failed', { path: 'u/dev/odd', scriptHash: (await odd.text()).trim() });
    await dispatchAlerts();
    expect(posted).toHaveLength(1);
    posted.length = 0;
    expect((await api.as(dev)('POST', '/w/lab/alerts/override/script/u/dev/loud', { isMuted: true })).status).toBe(200);
    await endJob('failed', { path: 'u/dev/loud' });
    await dispatchAlerts();
    expect(posted).toEqual([]);
    await api.as(dev)('POST', '/w/lab/alerts/override/script/u/dev/loud', { isMuted: false });
    await endJob('failed', { path: 'u/dev/loud' });
    await dispatchAlerts();
    expect(posted).toHaveLength(1);
  });

  test('addresses are sealed, shown to nobody, and private ones are refused', async () => {
    await addDestination('webhook', chatUrl, ['failures']);
    expect(await (await asAda('GET', '/alerts')).text()).not.toContain('services/secret');
    const [row] = await rows<{ text: string }>('SELECT row_to_json(d)::text AS text FROM alert_destination d');
    expect(row?.text).not.toContain('services');
    const id = await addDestination('webhook', 'http://10.0.0.1/hook', ['failures']);
    const said = await (await asAda('POST', `/alerts/destinations/${id}/test`)).json();
    expect(said).toEqual({ isSent: false, answer: expect.stringContaining('private network') });
    for (const address of ['ftp://x/y', 'nonsense', 'http://u:p@x.example/']) {
      const body = { name: 'x', kind: 'webhook', address, events: [] };
      expect((await asAda('POST', '/alerts/destinations', body)).status).toBe(400);
    }
    expect((await api.as(dev)('GET', '/w/lab/alerts')).status).toBe(403);
  });

  test('a test shows the real answer', async () => {
    const webhook = await addDestination('webhook', chatUrl, []);
    const mail = await addDestination('email', 'ops@example.com', []);
    const send = async (id: string) => (await asAda('POST', `/alerts/destinations/${id}/test`)).json();
    expect(await send(webhook)).toEqual({ isSent: true, answer: 'HTTP 200: ok' });
    expect(await send(mail)).toEqual({ isSent: true, answer: '250 2.0.0 taken' });
    chatStatus = 404;
    smtp.refusal = '554 we do not want this';
    expect(await send(webhook)).toEqual({ isSent: false, answer: 'HTTP 404: no_service' });
    expect(await send(mail)).toEqual({ isSent: false, answer: expect.stringContaining('554 we do not want this') });
    smtp.refusal = null;
  });
});

describe('a question reaches whom it asks', () => {
  test('in chat and in the approvers’ own mailboxes, not in the requester’s; reminders and escalations too', async () => {
    await clear();
    await addDestination('webhook', chatUrl, ['approvals']);
    const run = await parkRun('lab', { createdBy: 'ada', summary: 'Deploy a service' });
    const question = newQuestion({
      approvers: [{ kind: 'group', name: 'all' }],
      next: ['Restart billing'],
      isDestructive: true,
      message: 'Deploy {{ <now>?\nIt restarts billing.',
      remindAfterS: 60,
      escalateAfterS: 60,
      escalateTo: [{ kind: 'user', name: 'dev' }],
    });
    const id = await ask(run, question);
    await dispatchAlerts();
    await dispatchAlerts();
    expect(posted.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Decision needed: Deploy \{\{ &lt;now&gt;\?: http.*\/a\//),
    ]);
    expect(smtp.mails.map(({ to }) => to).toSorted()).toEqual([['dev@example.com'], ['mira@example.com']]);
    const words = smtp.mails[0]?.text.replaceAll(/=\r?\n/g, '') ?? '';
    expect(words).toContain('Deploy a service (f/ops/deploy)');
    expect(words).toMatch(/Restart billing[\s\S]*marked as destructive/);
    const url = /\/a\/([0-9a-f-]{36})\.(\S+)/.exec(posted[0]?.text ?? '');
    expect(url?.[1]).toBe(id);
    await rows('UPDATE approval SET remind_at = now(), escalate_at = now() WHERE id = $1', [id]);
    await runDueApprovals();
    await dispatchAlerts();
    await dispatchAlerts();
    // Messages that are due at once go side by side.
    expect(posted.map(({ text }) => text.split(':')[0]).toSorted()).toEqual([
      'Decision needed',
      'Decision needed from you now',
      'Reminder, decision needed',
    ]);
    expect(smtp.mails.filter(({ to }) => to[0] === 'dev@example.com')).toHaveLength(3);
    expect(smtp.mails.filter(({ to }) => to[0] === 'mira@example.com')).toHaveLength(2);
  });
});

describe('the failure handler', () => {
  let worker: TestProcess;
  beforeAll(async () => {
    await clear();
    worker = await startWorker(database.url, { SMTP_URL: smtp.url, OUTGOING_ALLOW: '127.0.0.1' });
  });
  afterAll(async () => {
    await worker.stop();
  });

  test('runs once for a real failure, knows what failed, and its own failure calls nobody', async () => {
    const create = (path: string, content: string) =>
      asAda('POST', '/scripts/create', { path, language: 'python3', content, lock: '' });
    await create(
      'u/ada/handler',
      'def main(job_id: str, path: str, error: dict, url: str):\n    raise Exception("handler saw " + path + " " + error["message"] + " " + url)\n',
    );
    await create('u/ada/broken', 'def main():\n    raise Exception("disk full")\n');
    const saved = await asAda('POST', '/workspaces/edit_error_handler', { error_handler: 'script/u/ada/handler' });
    expect(saved.status).toBe(200);
    expect((await overview()).settings).toMatchObject({
      handler: { kind: 'script', path: 'u/ada/handler' },
      handlerSetBy: 'ada',
    });
    await addDestination('webhook', chatUrl, ['failures']);
    const id = await (await asAda('POST', '/jobs/run/p/u/ada/broken', {})).text();
    const handled = await until('the handler has run', async () => {
      const [job] = await rows<{ reason: string }>(
        `SELECT reason FROM job WHERE parent_id = $1 AND outcome = 'failed'`,
        [id],
      );
      return job;
    });
    expect(handled.reason).toMatch(new RegExp(`handler saw u/ada/broken .*disk full http.*/runs/${id}`));
    await until('the chat has heard', async () => posted.length > 0);
    expect(posted.map(({ text }) => text)).toEqual([expect.stringContaining('Failed: u/ada/broken')]);
    expect(await rows('SELECT count(*) AS n FROM alert_outbox')).toEqual([{ n: 1 }]);
    expect(await rows(`SELECT count(*) AS n FROM job WHERE path = 'u/ada/handler' AND kind = 'script'`)).toEqual([
      { n: 1 },
    ]);
  });

  test('one that cannot be started is said in the message', async () => {
    await asAda('POST', '/workspaces/edit_error_handler', { error_handler: 'script/u/ada/handler' });
    await rows(`UPDATE alert_settings SET handler_path = 'u/ada/gone'`);
    await endJob('failed');
    await until('the chat has heard', async () => posted.length > 0);
    expect(JSON.stringify(posted[0])).toContain('The failure handler u/ada/gone could not be started');
  });

  test('it runs with the rights of who set it, as they are now', async () => {
    expect(asMember(await findActor({ kind: 'token', text: ada.token }, 'lab'), 'lab').role).toBe('admin');
    const foreign = await api.as(dev)('POST', '/w/lab/alerts/settings', { handler: null, outcomes: [] });
    expect(foreign.status).toBe(403);
    const hidden = await api.as(dev)('POST', '/w/lab/alerts/override/script/u/dev/loud', {
      handler: { kind: 'script', path: 'u/ada/handler' },
    });
    expect(hidden.status).toBe(404);
  });

  test('a flow: the link leads to its failing step, a flow may handle it, and its author may mute it', async () => {
    await clear();
    await addDestination('webhook', chatUrl, ['failures']);
    const step = (id: string, content: string) => ({
      id,
      value: { type: 'rawscript', language: 'bash', content, lock: '', input_transforms: {} },
    });
    const create = async (path: string, modules: object[], more: object = {}) => {
      const made = await asAda('POST', '/flows/create', { path, summary: '', value: { modules }, ...more });
      expect([made.status, await made.text()]).toEqual([201, expect.anything()]);
    };
    await create('u/ada/tell', [step('t', 'echo told')]);
    await create('u/ada/fails', [step('fine', 'echo 1'), step('bad', 'exit 3')]);
    await create('u/ada/silent', [step('bad', 'exit 3')], { ws_error_handler_muted: true });
    const handler = { kind: 'flow', path: 'u/ada/tell' };
    expect((await asAda('POST', '/alerts/settings', { handler, outcomes: ['failed'] })).status).toBe(200);
    const silent = await (await asAda('POST', '/jobs/run/f/u/ada/silent', {})).text();
    const id = await (await asAda('POST', '/jobs/run/f/u/ada/fails', {})).text();
    const [bad] = await until('the step has failed', async () => {
      const found = await rows<{ id: string }>(
        `SELECT id FROM job WHERE parent_id = $1 AND step_key = 'bad' AND outcome = 'failed'`,
        [id],
      );
      return found.length > 0 && found;
    });
    await until('the handler has run', async () => {
      const found = await rows(
        `SELECT 1 FROM job WHERE parent_id = $1 AND path = 'u/ada/tell' AND outcome = 'succeeded'`,
        [id],
      );
      return found.length > 0;
    });
    await until('both events are handled', async () => {
      const open = await rows('SELECT 1 FROM alert_outbox WHERE job_id = ANY ($1) AND done_at IS NOT NULL', [
        [id, silent],
      ]);
      return open.length === 2;
    });
    await until('the chat has heard', async () => posted.length > 0);
    expect(posted.map(({ text }) => text)).toEqual([
      expect.stringContaining(`Failed: u/ada/fails: http://localhost:8000/w/lab/runs/${bad?.id}`),
    ]);
    expect(await rows(`SELECT count(*) AS n FROM alert_outbox WHERE kind = 'job_ended'`)).toEqual([{ n: 2 }]);
  });
});
