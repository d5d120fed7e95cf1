import { expect, type Page, test } from '@playwright/test';
import { signedInPage, tokenOf } from './people';

/** Half of what is called good elsewhere: what is read or pressed must not move away. */
const MOST_SHIFT = 0.05;

declare global {
  interface Window {
    /** how much of the page has moved by itself since it was opened: Chromium's layout shifts, added up */
    shifted: number;
  }
}

const watchShifts = (page: Page) =>
  page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shifted += Number(Reflect.get(entry, 'value'));
    }).observe({ type: 'layout-shift', buffered: true });
  });

test('on a phone, pages stay where they are while they fill', async ({ browser, request }) => {
  const run = await request.post('/api/w/demo/jobs/run_wait_result/p/f/examples/word_count', {
    headers: { authorization: `Bearer ${await tokenOf(request)}` },
    data: {},
  });
  const id = run.headers()['x-job-id'] ?? '';
  const page = await signedInPage(await browser.newContext({ viewport: { width: 360, height: 740 } }));
  await watchShifts(page);
  /** Each page, and what stands on it when all of it is there. */
  const pages: readonly (readonly [address: string, isThere: () => Promise<void>])[] = [
    ['', () => expect(page.getByRole('list', { name: 'Scripts, flows and drafts' })).toBeVisible()],
    ['/scripts', () => expect(page.getByRole('link', { name: 'Say hello' })).toBeVisible()],
    ['/scripts/f/examples/hello', () => expect(page.getByRole('textbox', { name: 'name' })).toBeVisible()],
    ['/scripts/new', () => expect(page.locator('.cm-content')).toBeVisible()],
    ['/scripts/edit/f/examples/hello', () => expect(page.locator('.cm-content')).toBeVisible()],
    ['/flows/edit/f/examples/release', () => expect(page.locator('.cm-content')).toBeVisible()],
    ['/runs', () => expect(page.locator('a[data-run]').first()).toBeVisible()],
    [`/runs/${id}`, () => expect(page.getByRole('heading', { name: 'About this run' })).toBeVisible()],
  ];
  const moved: string[] = [];
  for (const [address, isThere] of pages) {
    await page.goto(`/w/demo${address}`);
    await isThere();
    const shifted = await page.evaluate(() => window.shifted);
    if (shifted > MOST_SHIFT) moved.push(`${address || '/'}: ${shifted.toFixed(3)}`);
  }
  await page.context().close();
  expect(moved).toEqual([]);
});
