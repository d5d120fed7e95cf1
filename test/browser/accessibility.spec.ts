import { type APIRequestContext, type BrowserContext, expect, test } from '@playwright/test';
import { seriousFaults } from './accessible';
import { ADA, signIn, tokenOf } from './people';

const SIZES = [
  { name: 'desk', width: 1440, height: 900 },
  { name: 'phone', width: 360, height: 740 },
];

/** Every page there is, once with something on it. `run` stands for a job that has ended. */
const PAGES = [
  '/w/demo',
  '/w/demo/runs',
  '/w/demo/runs/:run',
  '/w/demo/scripts',
  '/w/demo/scripts/f/examples/hello',
  '/w/demo/scripts/new',
  '/w/demo/flows',
  '/w/demo/flows/f/examples/seen',
  '/w/demo/flows/f/examples/seen?tab=versions',
  '/w/demo/flows/new',
  '/w/demo/flows/edit/f/examples/seen',
  '/w/demo/runs/:flowrun',
  '/w/demo/resources',
  '/w/demo/resources?tab=types',
  '/w/demo/resources/new',
  '/w/demo/resources/types/new',
  '/w/demo/approvals',
  '/w/demo/workers',
  '/w/demo/settings',
  '/account',
  '/people',
  '/workspaces/new',
];

async function seriousOn(context: BrowserContext, path: string): Promise<string[]> {
  const page = await context.newPage();
  await page.goto(path);
  await page.waitForLoadState('networkidle').catch(() => {});
  await expect(page.getByRole('heading').first()).toBeVisible();
  const faults = await seriousFaults(page);
  await page.close();
  return faults.map((fault) => `${path}: ${fault}`);
}

/** Deploys a flow with something of everything, runs it, and answers the run's id when it has ended. */
async function runOfFlow(request: APIRequestContext, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const code = 'def main(count: int) -> list:\n    print("counting")\n    return list(range(count))\n';
  const fails = 'def main(rows: list):\n    raise Exception("too many")\n';
  const inner = [{ id: 'pass_on', value: { type: 'identity' } }];
  const iterator = { type: 'javascript', expr: 'results.rows' };
  const data = {
    path: 'f/examples/seen',
    summary: 'Something of everything',
    modules: [
      { id: 'rows', summary: 'Make rows', value: { type: 'rawscript', language: 'python3', content: code } },
      { id: 'each', value: { type: 'forloopflow', iterator, modules: inner } },
      { id: 'check', value: { type: 'rawscript', language: 'python3', content: fails } },
      { id: 'hello', value: { type: 'script', path: 'f/examples/hello' } },
    ],
  };
  // It is there already when a failed test made a new process of this file.
  expect([201, 409]).toContain((await request.post('/api/w/demo/flows/create', { headers, data })).status());
  const path = '/api/w/demo/jobs/run_wait_result/f/f/examples/seen';
  const run = await request.post(path, { headers, data: { count: 3 } });
  return run.headers()['x-job-id'] ?? '';
}

test.describe('nothing serious on any page', () => {
  let storageState: Awaited<ReturnType<BrowserContext['storageState']>>;
  let ids: { readonly run: string; readonly flowRun: string };

  test.beforeAll(async ({ browser, playwright, baseURL }) => {
    const own = baseURL ? { baseURL } : {};
    const request = await playwright.request.newContext(own);
    const token = await tokenOf(request);
    const run = await request.post('/api/w/demo/jobs/run_wait_result/p/f/examples/word_count', {
      headers: { authorization: `Bearer ${token}` },
      data: {},
    });
    ids = { run: run.headers()['x-job-id'] ?? '', flowRun: await runOfFlow(request, token) };
    const signedIn = await browser.newContext(own);
    await signIn(await signedIn.newPage(), ADA);
    storageState = await signedIn.storageState();
    await signedIn.close();
  });

  for (const { name, width, height } of SIZES) {
    test(`light and dark, at the size of a ${name}`, async ({ browser, baseURL }) => {
      // Twenty pages, and a checker that reads all of each, twice.
      test.setTimeout(600_000);
      const context = await browser.newContext({
        storageState,
        viewport: { width, height },
        ...(baseURL ? { baseURL } : {}),
      });
      const paths = PAGES.map((path) => path.replace(':run', ids.run).replace(':flowrun', ids.flowRun));
      const found: string[] = [];
      // Two at a time: while one page settles, the other one is read.
      const walk = async () => {
        for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
          found.push(...(await seriousOn(context, path)));
        }
      };
      await Promise.all([walk(), walk()]);
      await context.close();
      expect(found).toEqual([]);
    });
  }
});

test('nothing serious where nobody is signed in', async ({ context }) => {
  expect(await seriousOn(context, '/login')).toEqual([]);
});
