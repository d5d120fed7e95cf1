import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkspaceActor } from '@/core/access/model';
import { asMember, findActor } from '@/core/access/queries';
import { FantailError } from '@/core/errors';
import { rows, transaction } from '@/core/platform/db';
import { addToGroup, createGroup, removeFromGroup } from '@/core/workspace/group/commands';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { ask, newQuestion, type ParkedRun, parkRun } from '@/test/approvals';
import { type TestDatabase, testDatabase } from '@/test/database';
import { answerLink, commentApproval, decide, expireApproval, nudge, runDueApprovals } from './commands';
import type { Answer } from './decision';
import type { Verdict } from './model';
import { openApprovals } from './open';
import { approvalEnds, countMine, listApprovals, viewApproval } from './queries';

let database: TestDatabase;
let boss: TestPerson;
let ada: TestPerson;
let mira: TestPerson;
let noor: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  boss = await makePerson('boss');
  ada = await makePerson('ada');
  mira = await makePerson('mira');
  noor = await makePerson('noor');
  await makeWorkspace('lab', boss, [
    [ada, 'developer'],
    [mira, 'operator'],
    [noor, 'operator'],
  ]);
  const admin = await actorOf(boss);
  for (const name of ['devops', 'security']) await createGroup(admin, { name, summary: '' });
  await addToGroup('lab', 'devops', 'mira', false);
});

afterAll(() => database.drop());

async function actorOf(person: TestPerson): Promise<WorkspaceActor> {
  return asMember(await findActor({ kind: 'token', text: person.token }, 'lab'), 'lab');
}

const answer = (verdict: Verdict, changes: Partial<Answer> = {}): Answer => ({
  verdict,
  comment: '',
  form: undefined,
  shownHash: null,
  surface: 'api',
  resumeId: null,
  ip: '10.0.0.1',
  ...changes,
});

const DEVOPS = [{ kind: 'group', name: 'devops' }] as const;

async function by(person: TestPerson, approvalId: string, verdict: Verdict, changes: Partial<Answer> = {}) {
  const who = { kind: 'member', actor: await actorOf(person) } as const;
  await decide({ workspaceId: 'lab', approvalId, who, hasLink: false, answer: answer(verdict, changes) });
}

const refusalOf = (work: Promise<unknown>): Promise<FantailError> =>
  work.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error: unknown) => (error instanceof FantailError ? error : Promise.reject(error)),
  );

const endOf = async (run: ParkedRun) => (await approvalEnds(run.runId))[0];
const queueOf = async (run: ParkedRun) =>
  (
    await rows<{ state: string; has_news: boolean }>('SELECT state, has_news FROM job_queue WHERE job_id = $1', [
      run.runId,
    ])
  )[0];
const auditOf = (approvalId: string) =>
  rows<{ actor: string; outcome: string; code: string | null }>(
    `SELECT actor, outcome, detail->>'code' AS code FROM audit WHERE detail->>'approval' = $1 ORDER BY id`,
    [approvalId],
  );

describe('a decision', () => {
  test('wakes the run, is kept and audited', async () => {
    const run = await parkRun('lab');
    const id = await ask(
      run,
      newQuestion({ approvers: DEVOPS, form: { type: 'object', properties: { n: { type: 'integer' } } } }),
    );
    expect(await queueOf(run)).toMatchObject({ state: 'parked' });
    await by(mira, id, 'approve', { comment: 'go', form: { n: 3 } });
    expect(await queueOf(run)).toEqual({ state: 'queued', has_news: true });
    expect(await endOf(run)).toEqual({
      id,
      nodeKey: 'gate',
      outcome: 'approved',
      decisions: [{ resumeId: null, approver: 'mira', verdict: 'approve', formJson: '{"n":3}', comment: 'go' }],
    });
    expect(await auditOf(id)).toEqual([{ actor: 'mira', outcome: 'done', code: null }]);
  });

  test('comes once: the second is told who and when', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion({ approvers: [...DEVOPS, { kind: 'user', name: 'noor' }] }));
    await by(mira, id, 'reject', { comment: 'not on a Friday' });
    const refusal = await refusalOf(by(noor, id, 'approve'));
    expect(refusal.httpStatus).toBe(409);
    expect(refusal.message).toMatch(/^mira rejected this at \d{4}-.* UTC: not on a Friday/);
    expect(await auditOf(id)).toMatchObject([
      { outcome: 'done' },
      { actor: 'noor', outcome: 'refused', code: 'conflict' },
    ]);
  });

  test('on something that changed is refused', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion({ approvers: DEVOPS }));
    const view = await viewApproval('lab', id, { actor: await actorOf(mira), hasLink: false, name: null });
    await ask(run, newQuestion({ approvers: DEVOPS, message: 'Deploy everything?' }), id);
    const refusal = await refusalOf(by(mira, id, 'approve', { shownHash: view?.shownHash ?? '' }));
    expect([refusal.httpStatus, refusal.message]).toEqual([
      409,
      'It changed since you looked: look again, then decide.',
    ]);
    expect(await endOf(run)).toBeUndefined();
  });

  test('reads membership at the moment it is made', async () => {
    await addToGroup('lab', 'security', 'noor', false);
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion({ approvers: [{ kind: 'group', name: 'security' }] }));
    const actor = await actorOf(noor);
    await removeFromGroup('lab', 'security', 'noor');
    const who = { kind: 'member', actor } as const;
    const late = decide({ workspaceId: 'lab', approvalId: id, who, hasLink: true, answer: answer('approve') });
    expect(await refusalOf(late)).toMatchObject({
      code: 'forbidden',
      message: 'Only a member of security may decide this.',
    });
  });

  test('needs the form and the reason that the question asks for', async () => {
    const run = await parkRun('lab');
    const form = { type: 'object', properties: { window: { type: 'string' } }, required: ['window'] } as const;
    const id = await ask(
      run,
      newQuestion({ approvers: DEVOPS, requiresReason: true, form: { ...form, required: ['window'] } }),
    );
    expect(await refusalOf(by(mira, id, 'approve'))).toMatchObject({ code: 'bad_request', field: 'form.window' });
    expect(await refusalOf(by(mira, id, 'reject'))).toMatchObject({ code: 'bad_request', field: 'comment' });
  });

  test('takes as many people as the quorum', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion({ quorum: 2, approvers: [...DEVOPS, { kind: 'user', name: 'noor' }] }));
    await by(mira, id, 'approve');
    expect(await refusalOf(by(mira, id, 'approve', { surface: 'link' }))).toMatchObject({ code: 'conflict' });
    expect(await endOf(run)).toBeUndefined();
    await by(noor, id, 'approve');
    expect(await endOf(run)).toMatchObject({ outcome: 'approved' });
  });

  test('cannot be changed afterwards, not even in the database', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion({ approvers: DEVOPS }));
    await by(mira, id, 'approve');
    await expect(rows(`UPDATE approval_decision SET verdict = 'reject' WHERE approval_id = $1`, [id])).rejects.toThrow(
      /append only/,
    );
    await expect(rows('DELETE FROM approval_decision WHERE approval_id = $1', [id])).rejects.toThrow(/append only/);
    await rows('DELETE FROM job WHERE id = $1', [run.runId]);
    expect(await rows('SELECT 1 FROM approval_decision WHERE approval_id = $1', [id])).toEqual([]);
  });
});

describe('four eyes', () => {
  const open = newQuestion({ approvers: [{ kind: 'group', name: 'all' }] });

  test.each([
    ['who started it', {}],
    ['with a schedule in between', { trigger: 'schedule' }],
    ['on behalf of somebody else', { runAs: 'u/mira', email: 'mira@example.com' }],
    ['in whose name it runs', { createdBy: 'mira', runAs: 'u/ada', email: 'mira@example.com' }],
    ['by the e-mail it was started with', { createdBy: 'webhook', runAs: 'g/devops', email: 'ada@example.com' }],
  ])('the requester does not decide: %s', async (_, changes) => {
    const run = await parkRun('lab', changes);
    const id = await ask(run, open);
    for (const verdict of ['approve', 'reject'] as const) {
      expect(await refusalOf(by(ada, id, verdict))).toMatchObject({
        code: 'forbidden',
        message: expect.stringMatching(/^This is your own/),
      });
    }
    expect(await endOf(run)).toBeUndefined();
    expect((await auditOf(id)).every(({ outcome }) => outcome === 'refused')).toBe(true);
    expect(await auditOf(id)).toHaveLength(2);
  });

  test('the requester is found through the job that started the run', async () => {
    const parent = await parkRun('lab', { createdBy: 'ada' });
    const run = await parkRun('lab', { createdBy: 'noor', parentId: parent.runId });
    expect(await refusalOf(by(ada, await ask(run, open), 'approve'))).toMatchObject({ code: 'forbidden' });
  });

  test('who owns the folder, or the whole workspace, is no exception', async () => {
    await rows(
      `INSERT INTO folder (workspace_id, name, owners, writers, viewers) VALUES ('lab', 'ops', '{u/ada}', '{}', '{}') ON CONFLICT DO NOTHING`,
    );
    const own = await parkRun('lab');
    expect(await refusalOf(by(ada, await ask(own, newQuestion()), 'approve'))).toMatchObject({ code: 'forbidden' });
    const admins = await parkRun('lab', { createdBy: 'boss' });
    expect(await refusalOf(by(boss, await ask(admins, open), 'approve'))).toMatchObject({ code: 'forbidden' });
  });

  test('an administrator who is not named does not decide either', async () => {
    const root = await makePerson('root', { isInstanceAdmin: true });
    const id = await ask(await parkRun('lab'), newQuestion({ approvers: DEVOPS }));
    expect(await refusalOf(by(root, id, 'approve'))).toMatchObject({ code: 'forbidden' });
  });

  test('he may remind the others, now and then', async () => {
    const id = await ask(await parkRun('lab'), newQuestion({ approvers: DEVOPS }));
    await nudge(await actorOf(ada), id);
    expect(await refusalOf(nudge(await actorOf(ada), id))).toMatchObject({ code: 'conflict' });
    expect(await refusalOf(nudge(await actorOf(mira), id))).toMatchObject({ code: 'forbidden' });
    const asked = await rows<{ kind: string }>('SELECT kind FROM alert_outbox WHERE approval_id = $1 ORDER BY id', [
      id,
    ]);
    expect(asked.map(({ kind }) => kind)).toEqual(['approval_asked', 'approval_reminder']);
  });
});

describe('time', () => {
  const back = (id: string, column: string) =>
    rows(`UPDATE approval SET ${column} = now() - interval '1 second' WHERE id = $1`, [id]);

  test('the deadline ends the question and wakes the run; a late click is told so', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion({ approvers: DEVOPS }));
    await back(id, 'deadline_at');
    expect(await refusalOf(by(mira, id, 'approve'))).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^Nobody decided in time/),
    });
    expect(await endOf(run)).toMatchObject({ outcome: 'expired', decisions: [] });
    const other = await parkRun('lab');
    await back(await ask(other, newQuestion({ approvers: DEVOPS })), 'deadline_at');
    expect((await runDueApprovals()).expired).toBe(1);
    expect(await endOf(other)).toMatchObject({ outcome: 'expired' });
    expect(await queueOf(other)).toMatchObject({ state: 'queued' });
  });

  test('reminder and escalation come once, and escalation adds its people', async () => {
    const run = await parkRun('lab');
    const question = newQuestion({
      approvers: DEVOPS,
      remindAfterS: 60,
      escalateAfterS: 60,
      escalateTo: [{ kind: 'user', name: 'noor' }],
    });
    const id = await ask(run, question);
    const before = await countMine(await actorOf(noor));
    await back(id, 'remind_at');
    await back(id, 'escalate_at');
    expect(await runDueApprovals()).toMatchObject({ reminded: 1, escalated: 1 });
    expect(await runDueApprovals()).toMatchObject({ reminded: 0, escalated: 0 });
    expect(await countMine(await actorOf(noor))).toBe(before + 1);
    await by(noor, id, 'approve');
    expect(await endOf(run)).toMatchObject({ outcome: 'approved' });
  });
});

describe('the end of a run', () => {
  test('closes its questions, whatever ended it', async () => {
    const run = await parkRun('lab');
    const id = await ask(run, newQuestion({ approvers: DEVOPS }));
    await rows(
      `UPDATE job SET outcome = 'cancelled', ended_at = now(), cancelled_by = 'ada', reason = 'Cancelled by ada.' WHERE id = $1`,
      [run.runId],
    );
    expect(await refusalOf(by(mira, id, 'approve'))).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^This is not asked any more.*Cancelled by ada\.$/),
    });
  });
});

describe('a link of a step', () => {
  const anyone = newQuestion({ audience: 'anyone_with_link', allowsSelfApproval: true });
  const nobody = { kind: 'anonymous', name: 'ruben' } as const;
  const linkOf = (run: ParkedRun, resumeId = 0) => ({
    workspaceId: 'lab',
    jobId: run.stepJobId,
    resumeId,
    approver: 'ruben',
  });

  test('counts before the question is asked', async () => {
    const run = await parkRun('lab');
    const request = {
      link: linkOf(run),
      who: nobody,
      answer: answer('approve', { form: 'from job', resumeId: 0, surface: 'link' }),
    };
    expect(await answerLink(request)).toBe('kept');
    expect(await refusalOf(answerLink(request))).toMatchObject({ code: 'conflict' });
    await ask(run, anyone);
    expect(await endOf(run)).toMatchObject({
      outcome: 'approved',
      decisions: [{ resumeId: 0, approver: 'ruben', formJson: '"from job"' }],
    });
    expect(await queueOf(run)).toMatchObject({ state: 'queued' });
  });

  test('an early answer of somebody who may not decide changes nothing, and is written down', async () => {
    const run = await parkRun('lab');
    await answerLink({
      link: linkOf(run),
      who: { kind: 'member', actor: await actorOf(ada) },
      answer: answer('approve', { resumeId: 0 }),
    });
    await answerLink({ link: linkOf(run, 1), who: nobody, answer: answer('approve', { resumeId: 1 }) });
    const id = await ask(run, newQuestion());
    expect(await endOf(run)).toBeUndefined();
    expect(await auditOf(id)).toMatchObject([
      { actor: 'ada', outcome: 'refused' },
      { actor: 'anonymous', outcome: 'refused' },
    ]);
  });

  test('answers once; with a quorum each link counts', async () => {
    const run = await parkRun('lab');
    await ask(run, { ...anyone, quorum: 2 });
    const send = (resumeId: number) =>
      answerLink({ link: linkOf(run, resumeId), who: nobody, answer: answer('approve', { resumeId }) });
    await send(1);
    expect(await refusalOf(send(1))).toMatchObject({ code: 'conflict' });
    expect(await endOf(run)).toBeUndefined();
    await send(2);
    expect(await endOf(run)).toMatchObject({ outcome: 'approved', decisions: [{ resumeId: 1 }, { resumeId: 2 }] });
  });
});

describe('the lists', () => {
  test('mine, of others, decided', async () => {
    const run = await parkRun('lab', { path: 'f/ops/lists' });
    const id = await ask(run, newQuestion({ approvers: DEVOPS, message: 'List me' }));
    const ids = async (person: TestPerson, list: 'mine' | 'others' | 'decided') =>
      (await listApprovals(await actorOf(person), list))
        .filter(({ title }) => title === 'List me')
        .map((line) => line.id);
    expect([await ids(mira, 'mine'), await ids(ada, 'others'), await ids(noor, 'others')]).toEqual([[id], [id], []]);
    await commentApproval(await actorOf(ada), id, { comment: 'please', surface: 'inbox', ip: null });
    await by(mira, id, 'approve');
    expect([await ids(mira, 'mine'), await ids(mira, 'decided')]).toEqual([[], [id]]);
    const view = await viewApproval('lab', id, { actor: await actorOf(ada), hasLink: false, name: null });
    expect(view?.history.map(({ by: name, verdict }) => [name, verdict])).toEqual([
      ['ada', 'comment'],
      ['mira', 'approve'],
    ]);
    await expect(viewApproval('lab', id, { actor: await actorOf(noor), hasLink: false, name: null })).rejects.toThrow();
  });
});

test('a thousand times two clicks and the deadline at once: one decision each', { timeout: 240_000 }, async () => {
  const [first, second] = [await actorOf(mira), await actorOf(noor)];
  const question = newQuestion({ approvers: [...DEVOPS, { kind: 'user', name: 'noor' }] });
  const rounds = Array.from({ length: 1000 }, (_, index) => index);
  const wrong: string[] = [];
  const seen = { click: 0, deadline: 0 };
  async function round(index: number): Promise<void> {
    const run = await parkRun('lab');
    const id = await ask(run, question);
    // Ahead, over, and for half of the rounds within the very milliseconds of the clicks.
    await rows(
      `UPDATE approval SET deadline_at = clock_timestamp() + make_interval(secs => $2::float8) WHERE id = $1`,
      [id, index % 4 === 0 ? 2 : index % 4 === 1 ? -0.001 : ((index % 9) - 2) / 1000],
    );
    const click = (actor: WorkspaceActor, verdict: Verdict) =>
      decide({
        workspaceId: 'lab',
        approvalId: id,
        who: { kind: 'member', actor },
        hasLink: false,
        answer: answer(verdict),
      });
    const results = await Promise.allSettled([
      click(first, 'approve'),
      click(second, 'reject'),
      expireApproval('lab', id),
    ]);
    // The sweep comes again: a deadline that had not come at the first look has by now.
    await expireApproval('lab', id);
    const clicks = results.slice(0, 2).filter(({ status }) => status === 'fulfilled').length;
    const strange = results.filter(
      (one) => one.status === 'rejected' && !(one.reason instanceof FantailError && one.reason.httpStatus === 409),
    );
    const ended = await approvalEnds(run.runId);
    const decisions = ended[0]?.decisions.length ?? -1;
    seen[clicks > 0 ? 'click' : 'deadline'] += 1;
    const isRight =
      strange.length === 0 &&
      ended.length === 1 &&
      clicks <= 1 &&
      decisions === clicks &&
      (ended[0]?.outcome === 'expired') === (clicks === 0);
    if (!isRight) wrong.push(`${index}: ${JSON.stringify({ clicks, ended, strange })}`);
  }
  for (let start = 0; start < rounds.length; start += 4) await Promise.all(rounds.slice(start, start + 4).map(round));
  expect(wrong).toEqual([]);
  expect(seen.click).toBeGreaterThan(50);
  expect(seen.deadline).toBeGreaterThan(50);
});

test('asking and answering early at once loses nothing', { timeout: 60_000 }, async () => {
  const anyone = newQuestion({ audience: 'anyone_with_link', allowsSelfApproval: true });
  for (let index = 0; index < 60; index++) {
    const run = await parkRun('lab');
    const link = { workspaceId: 'lab', jobId: run.stepJobId, resumeId: 5, approver: null };
    await Promise.all([
      ask(run, anyone),
      answerLink({ link, who: { kind: 'anonymous', name: null }, answer: answer('approve', { resumeId: 5 }) }),
    ]);
    expect(await endOf(run)).toMatchObject({ outcome: 'approved' });
  }
});

test('a question asked of a run that is being worked on marks the news instead of parking it', async () => {
  const run = await parkRun('lab');
  await rows(`UPDATE job_queue SET state = 'running', has_news = false WHERE job_id = $1`, [run.runId]);
  const id = await ask(run, newQuestion({ approvers: DEVOPS }));
  await by(mira, id, 'approve');
  expect(await queueOf(run)).toEqual({ state: 'running', has_news: true });
  await transaction((client) => openApprovals(client, []));
});
