import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findActor } from '@/core/access/queries';
import { openSession } from '@/core/access/session/commands';
import { createToken } from '@/core/access/token/commands';
import { flushAudit } from '@/core/audit/commands';
import { newId } from '@/core/ids';
import { ledgerFeed } from '@/core/ledger/live';
import { submitJob } from '@/core/ledger/submit';
import { env } from '@/core/platform/env';
import { sha256 } from '@/core/platform/secrets';
import { sessionCookieName } from '@/core/platform/session-cookie';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { newJob } from '@/test/jobs';
import { until } from '@/test/process';
import { printTable } from './table';

printTable();

let database: TestDatabase;
let api: TestApi;
let root: TestPerson;
let reader: TestPerson;
let count = 0;

/** Half the minute after which every stream asks by itself: what ends within it has heard of the change. */
const SOON_MS = 30_000;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  await ledgerFeed().open();
  root = await makePerson('root', { isInstanceAdmin: true });
  await makeWorkspace('demo', root);
});

afterAll(async () => {
  expect(api.errors).toEqual([]);
  await api.close();
  await ledgerFeed().close();
  await flushAudit();
  await database.drop();
});

const asRoot = async (method: string, path: string, body?: unknown) => {
  const answer = await api.as(root)(method, path, body);
  expect([answer.status < 300, `${method} ${path}`]).toEqual([true, `${method} ${path}`]);
};

interface Opened {
  /** resolves with all that was sent, when the server ends the stream soon */
  ended(): Promise<string>;
  /** resolves when it has sent this, and was not closed */
  said(text: string): Promise<void>;
  close(): void;
}

/** Opens a stream and waits for its first event, so that it is known to be open. */
async function openStream(path: string, headers: Record<string, string>): Promise<Opened> {
  const abort = new AbortController();
  const response = await fetch(`${api.base}/api${path}`, { headers, signal: abort.signal });
  expect(response.status).toBe(200);
  const body = response.body;
  if (body === null) throw new Error('The stream has no body.');
  const chunks = body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let text = String((await chunks.next()).value);
  let isEnded = false;
  void (async () => {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) text += next.value;
    isEnded = true;
  })().catch(() => {});
  return {
    ended: async () => {
      await until(`the end of ${path}`, async () => isEnded, SOON_MS);
      return text;
    },
    said: async (part) => {
      await until(`“${part}” on ${path}`, async () => text.includes(part));
      expect(text).not.toContain('event: closed');
    },
    close: () => abort.abort(),
  };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function cookieOf(person: TestPerson): Promise<{ cookie: string; id: string }> {
  const id = await openSession(person.id, 'a test browser');
  const token = await encode({ token: { sessionId: id }, secret: env().NEXTAUTH_SECRET });
  return { cookie: `${sessionCookieName()}=${token}`, id };
}

/** Somebody new in the workspace, in the group ops and through it in the folder team. */
async function newReader(): Promise<TestPerson> {
  count += 1;
  const person = await makePerson(`reader${count}`);
  await asRoot('POST', '/w/demo/members', { email: person.email, role: 'developer' });
  return person;
}

/** A job that nobody runs; answers its id. */
async function jobAt(path: string | null, createdBy = 'root'): Promise<string> {
  const id = newId();
  await submitJob(
    newJob({ id, workspaceId: 'demo', kind: 'script', path, createdBy, runAs: 'u/root', tag: 'nowhere' }),
  );
  return id;
}

const streamOf = (id: string) => `/w/demo/jobs_u/getupdate_sse/${id}`;

const LIVE = '/w/demo/live';

test.each([
  ['a switched-off account', () => asRoot('POST', `/users/update/${reader.email}`, { disabled: true }), 401],
  ['a removed membership', () => asRoot('DELETE', `/w/demo/members/${reader.username}`), 404],
  [
    'a membership that is switched off',
    () => asRoot('PATCH', `/w/demo/members/${reader.username}`, { isDisabled: true }),
    404,
  ],
] as const)('REVOKE 29: %s acts on the next request and on an open stream', async (_, revoke, status) => {
  reader = await newReader();
  const stream = await openStream(LIVE, bearer(reader.token));
  await revoke();
  expect((await api.as(reader)('GET', '/w/demo/users/whoami')).status).toBe(status);
  expect(await stream.ended()).toContain('event: closed');
});

test('REVOKE 29: a revoked token and an ended session end their own streams, and no other', async () => {
  const person = await newReader();
  const actor = await findActor({ kind: 'token', text: person.token }, 'demo');
  const input = { label: 'stream', scopes: ['job:read'], expiresAtMs: undefined, workspaceId: 'demo' };
  const token = await createToken({ ...actor, via: 'session' }, input, Date.now());
  const { cookie, id } = await cookieOf(person);
  const [byToken, bySession, untouched] = [
    await openStream(LIVE, bearer(token)),
    await openStream(LIVE, { cookie }),
    await openStream(LIVE, bearer(person.token)),
  ];
  expect((await api.as(person)('DELETE', `/users/tokens/delete/${token.split('_')[1]}`)).status).toBe(200);
  expect(await byToken.ended()).toContain('event: closed');
  expect((await api.as({ ...person, token })('GET', '/w/demo/users/whoami')).status).toBe(401);
  const ended = await api.as(person)('DELETE', `/users/sessions/${sha256(id)}`);
  expect(ended.status).toBeLessThan(300);
  expect(await bySession.ended()).toContain('event: closed');
  await untouched.said(await jobAt(null));
  untouched.close();
});

test('REVOKE 29: losing the folder or the group that gave a job ends the stream of that job only', async () => {
  await asRoot('POST', '/w/demo/groups/create', { name: 'ops' });
  await asRoot('POST', '/w/demo/folders/create', { name: 'team', viewers: ['g/ops'] });
  await asRoot('POST', '/w/demo/folders/create', { name: 'shared', viewers: ['g/all'] });
  const person = await newReader();
  await asRoot('POST', '/w/demo/groups/adduser/ops', { username: person.username });
  const team = streamOf(await jobAt('f/team/nightly'));
  const ofTeam = await openStream(team, bearer(person.token));
  const shared = await openStream(streamOf(await jobAt('f/shared/nightly')), bearer(person.token));
  await asRoot('POST', '/w/demo/groups/removeuser/ops', { username: person.username });
  expect(await ofTeam.ended()).toContain('event: closed');
  expect((await api.as(person)('GET', team)).status).toBe(404);
  await asRoot('POST', '/w/demo/folders/update/shared', { viewers: [] });
  expect(await shared.ended()).toContain('event: closed');
});

test('REVOKE 29: rights that change elsewhere leave a stream open', async () => {
  const [person, other] = [await newReader(), await newReader()];
  const id = await jobAt(null, person.username);
  const own = await openStream(streamOf(id), bearer(person.token));
  await asRoot('DELETE', `/w/demo/members/${other.username}`);
  await asRoot('POST', `/w/demo/jobs_u/queue/cancel/${id}`, { reason: 'seen enough' });
  await own.said('seen enough');
  own.close();
});
