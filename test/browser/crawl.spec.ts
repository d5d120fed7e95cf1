import fs from 'node:fs';
import path from 'node:path';
import { type APIRequestContext, expect, test } from '@playwright/test';
import pg from 'pg';
import { embeddedUrl } from '../../launcher/postgres.mjs';
import { changedTables, checksums, type Except, WRITTEN_BY_READS } from '../checksums';
import { ADA, alive, tokenOf } from './people';

const PASSWORD = 'a long and quiet password';
const METHODS = ['GET', 'HEAD'] as const;
/** Live processes say that they live, whatever is read. */
const EXCEPT: Except = { ...WRITTEN_BY_READS, worker: 'all' };

let client: pg.Client;
const sums = () => checksums(async (text) => (await client.query(text)).rows, EXCEPT);

test.beforeAll(async () => {
  const url = embeddedUrl(path.join(process.env.BROWSER_TEST_FOLDER ?? '', 'pg'));
  client = new pg.Client({ connectionString: url ?? '' });
  await client.connect();
});

test.afterAll(() => client.end());

/** Every page of the product, as a pattern: `/w/[workspace]/runs/[id]`. */
function pages(): string[] {
  return fs
    .globSync('app/**/page.tsx')
    .map((file) => path.dirname(file).split(path.sep).slice(1))
    .map((parts) => `/${parts.filter((part) => !part.startsWith('(')).join('/')}`)
    .sort();
}

interface Things {
  readonly runId: string;
  readonly approvalId: string;
  readonly links: readonly string[];
}

/** What stands there for every address that leads nowhere. */
const NOWHERE = '/w/[workspace]/[...path]';

/** Addresses of a page that name things that exist, so that it is drawn in full. */
function addressesOf(page: string, { runId, approvalId, links }: Things): string[] {
  if (page.startsWith('/a/') || page.startsWith('/approve/')) {
    return links
      .filter((link) => link.startsWith(page.slice(0, page.indexOf('['))))
      .flatMap((link) => [link, `${link}0`]);
  }
  const kind = /\/(flows|resources|scripts)\//.exec(page)?.[1] ?? '';
  const paths: Record<string, string> = {
    flows: 'f/data-team/process_all_regions',
    scripts: 'f/devops/deploy_service',
    resources: 'u/ada/crawled',
  };
  return [
    page
      .replace('[workspace]', 'demo')
      .replace('[...path]', paths[kind] ?? 'no-such-place')
      .replace('[name]', 'postgresql')
      .replace('[token]', 'no-such-token')
      .replace('[id]', page.includes('/runs/') ? runId : approvalId),
  ];
}

async function makeThings(request: APIRequestContext, headers: Record<string, string>): Promise<Things> {
  const post = async (address: string, data: unknown) => {
    const answer = await request.post(`/api/w/demo${address}`, { data, headers });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.text();
  };
  await post('/resources/create', { path: 'u/ada/crawled', resource_type: 'any', value: { a: 1 } });
  await post('/variables/create', { path: 'u/ada/crawled', value: 'secret value', is_secret: true });
  const value = {
    modules: [
      { id: 'a', value: { type: 'rawscript', language: 'bash', content: 'echo 1' } },
      { id: 'g', value: { type: 'approval', timeout: 3600, audience: 'anyone_with_link', allow_self_approval: true } },
    ],
  };
  const runId = await post('/jobs/run/preview_flow', { value });
  const info = async () => request.get(`/api/w/demo/jobs_u/flow/approval_info/${runId}`, { headers });
  await expect.poll(async () => (await info()).status()).toBe(200);
  const { approval_page: own } = await (await info()).json();
  const official = await request.get(`/api/w/demo/jobs/resume_urls/${runId}/7`, { headers });
  const links = [own, (await official.json()).approvalPage].map((link: string) => new URL(link).pathname);
  const approvalId = links[0]?.split('/').at(-1)?.split('.')[0] ?? '';
  return { runId, approvalId, links };
}

test('no page changes anything, whoever opens it', async ({ browser, request, baseURL }) => {
  test.setTimeout(300_000);
  const headers = { authorization: `Bearer ${await tokenOf(request)}` };
  const things = await makeThings(request, headers);
  const people: (typeof ADA | null)[] = [null, ADA];
  for (const role of ['developer', 'operator', 'stranger']) {
    const person = { email: `${role}.${Date.now()}@example.com`, password: PASSWORD };
    const made = await request.post('/api/users/create', {
      data: { ...person, name: role, super_admin: false },
      headers,
    });
    expect(made.ok(), await made.text()).toBe(true);
    if (role !== 'stranger') {
      const added = await request.post('/api/w/demo/members', {
        data: { email: person.email, name: role, role },
        headers,
      });
      expect(added.ok(), await added.text()).toBe(true);
    }
    people.push(person);
  }
  const readers = await Promise.all(
    people.map(async (person) => {
      const context = await browser.newContext();
      if (person !== null) {
        const page = await context.newPage();
        await page.goto('/login');
        const button = await alive(page.getByRole('button', { name: 'Sign in', exact: true }));
        await page.getByLabel('E-mail').fill(person.email);
        await page.getByLabel('Password').fill(person.password);
        await button.click();
        await expect(page).not.toHaveURL(/\/login/);
        await page.close();
      }
      return context;
    }),
  );
  // What the starter workspace still does by itself has to come to its end.
  let before = await sums();
  await expect(async () => {
    const [early, late] = [before, await sums()];
    before = late;
    expect(changedTables(early, late)).toEqual([]);
  }).toPass({ intervals: [1_000], timeout: 120_000 });

  const seen = new Map<string, Set<number>>();
  const all = pages();
  expect(all.length).toBeGreaterThan(25);
  for (const page of all) {
    const addresses = addressesOf(page, things);
    expect(addresses.length, page).toBeGreaterThan(0);
    for (const address of addresses) {
      expect(address).not.toMatch(/\[/);
      for (const method of METHODS) {
        const answers = await Promise.all(
          readers.map(({ request: as }) =>
            as.fetch(`${baseURL}${address}`, {
              method,
              maxRedirects: 0,
              headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' },
            }),
          ),
        );
        for (const answer of answers) {
          expect(answer.status(), `${method} ${address}`).toBeLessThan(500);
          seen.set(page, (seen.get(page) ?? new Set()).add(answer.status()));
        }
      }
    }
  }
  // Each page was really drawn for somebody; those of invitations name a token that nobody has.
  const notDrawn = all.filter((page) => !seen.get(page)?.has(200) && !page.includes('[token]') && page !== NOWHERE);
  expect(notDrawn).toEqual([]);
  const after = await sums();
  expect(changedTables(before, after)).toEqual([]);

  // The control: one answer is seen.
  const decided = await readers[0]?.request.post(
    `/api/w/demo/jobs_u/resume/${things.links[1]?.split('/').slice(-3).join('/')}`,
    {
      data: {},
      headers: { origin: new URL(baseURL ?? '').origin },
    },
  );
  expect(decided?.status()).toBe(201);
  expect(changedTables(after, await sums())).toContain('public.approval');
  for (const context of readers) await context.close();
});
