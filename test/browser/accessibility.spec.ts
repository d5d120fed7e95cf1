import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, expect, test } from '@playwright/test';
import { ADA, signIn, tokenOf } from './people';

const SIZES = [
  { name: 'desk', width: 1440, height: 900 },
  { name: 'phone', width: 360, height: 740 },
];
const THEMES = ['light', 'dark'] as const;

/** Every page there is, once with something on it. `run` stands for a job that has ended. */
const PAGES = [
  '/w/demo',
  '/w/demo/runs',
  '/w/demo/runs/:run',
  '/w/demo/scripts',
  '/w/demo/scripts/f/examples/hello',
  '/w/demo/scripts/new',
  '/w/demo/resources',
  '/w/demo/workers',
  '/w/demo/settings',
  '/account',
  '/workspaces/new',
];

async function seriousOn(context: BrowserContext, path: string): Promise<string[]> {
  const page = await context.newPage();
  await page.goto(path);
  await page.waitForLoadState('networkidle').catch(() => {});
  await expect(page.getByRole('heading').first()).toBeVisible();
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.close();
  return [
    ...violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${path}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
    ...(wide > 0 ? [`${path}: scrolls sideways by ${wide} px`] : []),
  ];
}

test('nothing serious on any page, in both themes, at a desk and on a phone', async ({ browser, request, baseURL }) => {
  test.setTimeout(300_000);
  const token = await tokenOf(request);
  const run = await request.post('/api/w/demo/jobs/run_wait_result/p/f/examples/word_count', {
    headers: { authorization: `Bearer ${token}` },
    data: {},
  });
  const runId = run.headers()['x-job-id'] ?? '';
  const signedIn = await browser.newContext({ ...(baseURL ? { baseURL } : {}) });
  await signIn(await signedIn.newPage(), ADA);
  const storageState = await signedIn.storageState();
  const found: string[] = [];
  for (const size of SIZES) {
    for (const colorScheme of THEMES) {
      const viewport = { width: size.width, height: size.height };
      const context = await browser.newContext({
        storageState,
        viewport,
        colorScheme,
        ...(baseURL ? { baseURL } : {}),
      });
      for (const path of PAGES) {
        const problems = await seriousOn(context, path.replace(':run', runId));
        found.push(...problems.map((problem) => `${size.name} ${colorScheme} ${problem}`));
      }
      await context.close();
    }
  }
  expect(found).toEqual([]);
});

test('nothing serious where nobody is signed in', async ({ browser, baseURL }) => {
  for (const colorScheme of THEMES) {
    const context = await browser.newContext({ colorScheme, ...(baseURL ? { baseURL } : {}) });
    expect(await seriousOn(context, '/login')).toEqual([]);
    await context.close();
  }
});
