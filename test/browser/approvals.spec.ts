import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { seriousFaults } from './accessible';
import { alive, join, signIn, tokenOf, watchErrors } from './people';

// Another one for each process of the runner: a failed test starts a new one.
const MIRA = { email: `mira.${Date.now()}@example.com`, password: 'a long and quiet password' };
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

let token = '';
let mira = '';

test.beforeAll(async ({ request }) => {
  token = await tokenOf(request);
  mira = await join(request, token, { ...MIRA, name: 'Mira Lindqvist', role: 'operator' });
});

const send = (request: APIRequestContext, path: string, data: unknown, by = token) =>
  request.post(path, { data, headers: { authorization: `Bearer ${by}` } });

const get = async (request: APIRequestContext, path: string, by = token) =>
  (await request.get(path, { headers: { authorization: `Bearer ${by}` } })).json();

interface Asked {
  readonly runId: string;
  readonly id: string;
  /** the address that chats and mails carry */
  readonly url: string;
}

/** Starts a flow that asks, as the administrator, and waits for its question. */
async function ask(request: APIRequestContext, question: object, args: object = { version: '2.4' }): Promise<Asked> {
  const gate = {
    id: 'gate',
    value: {
      type: 'approval',
      approvers: [{ type: 'user', name: mira }],
      message: 'Deploy billing {{ flow_input.version }}?\nIt restarts the payment workers.',
      timeout: 3600,
      ...question,
    },
  };
  const started = await send(request, '/api/w/demo/jobs/run/preview_flow', { value: { modules: [gate] }, args });
  expect([started.status(), await started.text()]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  return questionOf(request, await started.text());
}

/** The question of a run, as soon as it asks. */
async function questionOf(request: APIRequestContext, runId: string): Promise<Asked> {
  let id = '';
  await expect(async () => {
    const lines = await Promise.all(
      ['mine', 'others'].map((list) => get(request, `/api/w/demo/approvals/list?list=${list}`)),
    );
    id = lines.flat().find((line: { runId: string }) => line.runId === runId)?.id ?? '';
    expect(id).not.toBe('');
  }).toPass();
  const { approval_page: url } = await get(request, `/api/w/demo/jobs_u/flow/approval_info/${runId}`);
  return { runId, id, url };
}

const stateOf = async (request: APIRequestContext, { id }: Asked): Promise<string> =>
  (await get(request, `/api/w/demo/approvals/get/${id}`)).state;

/** One heading, one next action at most, nothing sideways, nothing that a screen reader trips over. */
async function expectGood(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
}

test('an approver with a phone: sign in, come back, read, reject with a reason in four taps', async ({
  browser,
  request,
}) => {
  const asked = await ask(request, { require_reason: true });
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const errors = watchErrors(page);
  const answer = await page.goto(asked.url);
  expect(answer?.status()).toBe(401);
  expect(answer?.headers()['cache-control']).toContain('no-store');
  expect(answer?.headers()['x-robots-tag']).toContain('noindex');
  expect(answer?.headers()['referrer-policy']).toBe('no-referrer');
  // Nothing of the question is told to whoever has not signed in, nor to what draws previews of links.
  expect(await page.content()).not.toContain('billing');
  await expectGood(page);
  await page.getByRole('link', { name: 'Sign in' }).tap();
  const button = await alive(page.getByRole('button', { name: 'Sign in', exact: true }));
  await page.getByLabel('E-mail').fill(MIRA.email);
  await page.getByLabel('Password').fill(MIRA.password);
  await button.tap();
  await expect(page).toHaveURL(asked.url);
  await expect(page.getByRole('heading', { name: 'Deploy billing 2.4?' })).toBeVisible();
  await expectGood(page);
  await page.getByRole('button', { name: 'Reject' }).tap();
  await page.getByRole('button', { name: 'Reject it' }).tap();
  await expect(page.getByText('A rejection needs a reason here.')).toBeVisible();
  await page.getByRole('textbox').fill('Not before the audit.');
  await page.route('**/approvals/decide/**', (route) => route.abort());
  await page.getByRole('button', { name: 'Reject it' }).tap();
  await expect(page.getByText('Nothing was decided')).toBeVisible();
  await page.unroute('**/approvals/decide/**');
  await page.reload();
  await (await alive(page.getByRole('button', { name: 'Reject' }))).tap();
  await expect(page.getByRole('textbox')).toHaveValue('Not before the audit.');
  await page.getByRole('button', { name: 'Reject it' }).tap();
  await expect(page.getByRole('heading', { name: 'Rejected' })).toBeVisible();
  await expectGood(page);
  expect(await stateOf(request, asked)).toBe('rejected');
  expect(errors.filter((error) => !/ERR_FAILED|status of 401/.test(error))).toEqual([]);
  await context.close();
});

test('the states of a question, each with what can be done', async ({ browser, request }) => {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await signIn(page, MIRA);
  const by = await tokenOf(request, MIRA);
  const decide = async ({ id }: Asked, verdict: string, who: string) => {
    const { shownHash } = await get(request, `/api/w/demo/approvals/get/${id}`, who);
    const sent = await send(
      request,
      `/api/w/demo/approvals/decide/${id}`,
      { verdict, shownHash, comment: 'so be it' },
      who,
    );
    expect(sent.status(), await sent.text()).toBe(200);
  };
  const see = async (asked: Asked, heading: string, next: RegExp, status = 200) => {
    expect((await page.goto(asked.url))?.status()).toBe(status);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await expect(page.getByRole('link', { name: next }).or(page.getByRole('button', { name: next }))).toBeVisible();
    await expect(page.getByRole('button', { name: 'Approve' })).toHaveCount(0);
    await expectGood(page);
  };
  await see(
    await ask(request, { approvers: [{ type: 'user', name: 'somebody-else' }] }),
    'You are not asked',
    /approvals/,
    403,
  );
  const own = await send(
    request,
    '/api/w/demo/jobs/run/preview_flow',
    { value: { modules: [{ id: 'g', value: { type: 'approval', timeout: 60 } }] }, args: {} },
    by,
  );
  // Operators try nothing out: their own questions come from flows that others made.
  expect(own.status()).toBe(403);
  const waiting = await ask(request, { quorum: 2 });
  await decide(waiting, 'approve', by);
  await see(waiting, 'You have approved', /approvals/);
  const approved = await ask(request, {});
  await decide(approved, 'approve', by);
  await see(approved, 'Approved', /approvals/);
  // Long enough for its question to be found among the open ones.
  const expired = await ask(request, { timeout: 5 });
  await expect.poll(() => stateOf(request, expired), { timeout: 30_000 }).toBe('expired');
  await see(expired, 'The time ran out', /approvals/, 410);
  const cancelled = await ask(request, {});
  await send(request, `/api/w/demo/jobs_u/queue/cancel/${cancelled.runId}`, { reason: 'superseded' });
  await expect.poll(() => stateOf(request, cancelled)).toBe('cancelled');
  await see(cancelled, 'Not asked any more', /approvals/, 410);
  await context.close();

  const requester = await browser.newContext(PHONE);
  const his = await requester.newPage();
  await signIn(his);
  const mine = await ask(request, {});
  expect((await his.goto(mine.url))?.status()).toBe(403);
  await expect(his.getByRole('heading', { name: 'This is your own request' })).toBeVisible();
  await expect(his.getByRole('button', { name: 'Approve' })).toHaveCount(0);
  await (await alive(his.getByRole('button', { name: 'Remind them' }))).tap();
  await expect(his.getByText('They are reminded')).toBeVisible();
  await expectGood(his);
  await requester.close();
});

test('a link that leads nowhere says so, and the same to everybody', async ({ browser, request }) => {
  const asked = await ask(request, {});
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const unknown = [`${asked.url.slice(0, -3)}abc`, asked.url.split('.').slice(0, -1).join('.'), '/a/nothing.at-all'];
  const texts: string[] = [];
  for (const url of unknown) {
    expect((await page.goto(url))?.status()).toBe(404);
    await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
    texts.push(await page.getByRole('main').innerText());
    expect((await request.fetch(url, { method: 'HEAD' })).status()).toBe(404);
  }
  expect(new Set(texts).size).toBe(1);
  await expectGood(page);
  await context.close();
});

test('the inbox counts what waits for me, and hears of it by itself', async ({ browser, request }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, MIRA);
  // The page's stream of news comes late, as on a slow connection: what is asked before it is heard of all the same.
  let connect = () => {};
  const isConnected = new Promise<void>((resolve) => {
    connect = resolve;
  });
  let held = 0;
  await page.route('**/api/w/demo/live', async (route) => {
    held += 1;
    await isConnected;
    await route.continue();
  });
  const isRead = page.waitForResponse('**/api/w/demo/approvals/list?list=mine');
  await page.goto('/w/demo/approvals');
  await (await isRead).finished();
  await expect.poll(() => held).toBeGreaterThan(0);
  const title = `Only once ${Date.now()}?`;
  const asked = await ask(request, { message: title });
  connect();
  const row = page.getByRole('link', { name: title });
  await expect(row).toBeVisible();
  // From now on by the stream itself.
  const second = `Once more ${Date.now()}?`;
  await ask(request, { message: second });
  await expect(page.getByRole('link', { name: second })).toBeVisible();
  await expectGood(page);
  await row.click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByRole('heading', { name: 'Approved' })).toBeVisible();
  expect(await stateOf(request, asked)).toBe('approved');
  await page.getByRole('link', { name: 'Approvals' }).first().click();
  await expect(row).toHaveCount(0);
  await page.getByRole('tab', { name: 'Decided' }).click();
  await expect(row).toBeVisible();
  await context.close();
});

/** Several runs of one deployed flow, each with its question; it is the nearest deadline of all. */
async function askSeveral(request: APIRequestContext, versions: readonly string[]): Promise<Asked[]> {
  const path = `f/examples/gate_${Date.now()}`;
  const value = {
    type: 'approval',
    approvers: [{ type: 'user', name: mira }],
    timeout: 600,
    message: 'Ship {{ flow_input.v }}?',
  };
  const made = await send(request, '/api/w/demo/flows/create', {
    path,
    summary: 'Ship',
    value: { modules: [{ id: 'gate', value }] },
  });
  expect(made.status(), await made.text()).toBe(201);
  const asked: Asked[] = [];
  for (const v of versions) {
    const started = await send(request, `/api/w/demo/jobs/run/f/${path}`, { v });
    asked.push(await questionOf(request, await started.text()));
  }
  return asked;
}

test('at a desk: two keys an answer, and one answer for several of the same step', async ({ browser, request }) => {
  const [first, second, third, fourth] = await askSeveral(request, ['3.1', '3.2', '3.3', '3.4']);
  if (!first || !second || !third || !fourth) throw new Error('Not all were asked.');
  const context = await browser.newContext();
  const page = await context.newPage();
  const row = (version: string) => page.getByRole('link', { name: `Ship ${version}?` });
  const dialog = page.getByRole('dialog');
  await signIn(page, MIRA);
  await page.goto('/w/demo/approvals');
  await expect(row('3.4')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ has: row('3.4') })).toContainText('· Ship');
  await expectGood(page);
  // A key that is pressed before the page has come to life goes nowhere.
  await expect(async () => {
    await row('3.1').focus();
    await page.keyboard.press('a');
    await expect(dialog).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(dialog.getByRole('heading', { name: 'Ship 3.1?' })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Approve' })).toBeFocused();
  expect(await stateOf(request, first)).toBe('open');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  expect(await stateOf(request, first)).toBe('approved');

  // The next one has taken its place, and the focus.
  await expect(row('3.2')).toBeFocused();
  await page.keyboard.press('r');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('Not before the audit.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(dialog).toBeHidden();
  expect(await stateOf(request, second)).toBe('rejected');

  await expect(row('3.3')).toBeFocused();
  await page.keyboard.press('m');
  await expect(dialog.getByRole('textbox', { name: 'Comment' })).toBeFocused();
  await expect(dialog.getByRole('textbox', { name: 'Comment' })).toHaveValue('');
  // The field has the focus a moment before the dialog listens for keys.
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden({ timeout: 2_000 });
  }).toPass();
  await expect(row('3.3')).toBeFocused();
  for (const key of ['x', 'j', 'x', 'a']) await page.keyboard.press(key);
  const go = dialog.getByRole('button', { name: 'Approve 2' });
  await expect(go).toBeFocused();
  await expect(dialog.getByText('Ship 3.4?')).toBeVisible();
  // Somebody is faster with one of them: it is said beside it, and the other one is answered.
  const by = await tokenOf(request, MIRA);
  const { shownHash } = await get(request, `/api/w/demo/approvals/get/${third.id}`, by);
  const answer = { verdict: 'reject', shownHash, comment: 'so be it' };
  expect((await send(request, `/api/w/demo/approvals/decide/${third.id}`, answer, by)).status()).toBe(200);
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('1 of 2 answered.')).toBeVisible();
  await expect(dialog.getByText(/rejected this at/)).toBeVisible();
  expect([await stateOf(request, third), await stateOf(request, fourth)]).toEqual(['rejected', 'approved']);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(row('3.3')).toHaveCount(0);
  await context.close();
});

test('what is destructive takes two taps, and two in a row on one place are none', async ({ browser, request }) => {
  const message = `Wipe the archive?\n${'It says a lot.\n'.repeat(40)}`;
  const asked = await ask(request, { destructive: true, message });
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await signIn(page, MIRA);
  await page.goto(asked.url);
  await expect(page.getByRole('listitem').filter({ hasText: 'What follows is destructive' })).toBeVisible();
  const approve = await alive(page.getByRole('button', { name: 'Approve', exact: true }));
  // In sight without scrolling, however long the question is.
  await expect(approve).toBeInViewport({ ratio: 1 });
  const box = await approve.boundingBox();
  const place = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
  await page.touchscreen.tap(place.x, place.y);
  await expect(page.getByRole('button', { name: 'Approve it' })).toBeVisible();
  await expectGood(page);
  await page.touchscreen.tap(place.x, place.y);
  expect(await stateOf(request, asked)).toBe('open');
  await page.reload();
  await (await alive(approve)).tap();
  await page.getByRole('button', { name: 'Approve it' }).tap();
  await expect(page.getByRole('heading', { name: 'Approved' })).toBeVisible();
  expect(await stateOf(request, asked)).toBe('approved');
  await context.close();
});

test('a hundred visits of bots, scripts and all, leave a question as it was', async ({ browser, request }) => {
  test.setTimeout(180_000);
  const asked = await ask(request, { approvers: [], audience: 'anyone_with_link', allow_self_approval: true });
  const before = await get(request, `/api/w/demo/approvals/get/${asked.id}`);
  const agents = [
    'curl/8.9.0',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Mozilla/5.0 (compatible; SafeLinks)',
  ];
  for (let visit = 0; visit < 90; visit++) {
    const answer = await request.fetch(asked.url, {
      method: visit % 4 === 0 ? 'HEAD' : 'GET',
      headers: { 'user-agent': agents[visit % 3] ?? '' },
    });
    expect(answer.status()).toBe(200);
  }
  // Scanners with a browser run scripts, wait, and move about.
  for (let visit = 0; visit < 10; visit++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(asked.url);
    await expect(page.getByRole('button', { name: 'Approve' })).toBeVisible();
    await page.mouse.move(200, 200 + visit);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await context.close();
  }
  expect(await get(request, `/api/w/demo/approvals/get/${asked.id}`)).toEqual(before);
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.goto(asked.url);
  await (await alive(page.getByRole('button', { name: 'Approve' }))).tap();
  await expect(page.getByRole('heading', { name: 'Approved' })).toBeVisible();
  await context.close();
});
