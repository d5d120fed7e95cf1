import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { EVIL, HOSTILE, type HostileWorld, MARK, makeHostileWorld } from './hostile-texts';
import { signIn, tokenOf } from './people';

// XSS 16, T-XSS: what people and jobs write is text on every page, with our content security policy and without it.
let world: HostileWorld;

test.beforeAll(async ({ request }) => {
  test.setTimeout(180_000);
  world = await makeHostileWorld(request, await tokenOf(request));
});

/** What a page did that no text may make it do. */
interface Watched {
  readonly context: BrowserContext;
  readonly deeds: string[];
}

/** A browser that writes down every dialog and every request to somebody else, and lets none of them out. */
async function watched(browser: Browser, baseURL: string | undefined, bypassCSP: boolean): Promise<Watched> {
  const context = await browser.newContext({ bypassCSP, viewport: { width: 1440, height: 900 } });
  const deeds: string[] = [];
  context.on('dialog', (dialog) => {
    deeds.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await context.route(
    (url) => url.origin !== new URL(baseURL ?? '').origin && /^https?:$/.test(url.protocol),
    (route) => {
      deeds.push(`a request to ${route.request().url()}`);
      return route.abort();
    },
  );
  return { context, deeds };
}

/** In the page: elements that a text became, handlers, addresses that are code, and what code would have left. */
function traces(): string[] {
  const found = 'owned' in window ? ['window.owned is set'] : [];
  for (const element of document.querySelectorAll('*')) {
    const words = `<${element.localName}> ${element.outerHTML.slice(0, 200)}`;
    if (element.hasAttribute('data-owned')) found.push(`an element of a text: ${words}`);
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(`a handler: ${words}`);
      const isAddress = /^(?:href|src|action|formaction|srcdoc|data|xlink:href)$/i.test(name);
      if (isAddress && /^\s*(?:javascript|vbscript|data:text)/i.test(value)) found.push(`code as an address: ${words}`);
      if (isAddress && value.includes('evil.example')) found.push(`an address of a text: ${words}`);
    }
  }
  return found;
}

async function look(page: Page, deeds: readonly string[], where: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  expect([where, await page.evaluate(traces)]).toEqual([where, []]);
  expect([where, deeds]).toEqual([where, []]);
}

/** Opens a page and each of its tabs; answers all that could be read there. */
async function visit({ context, deeds }: Watched, address: string): Promise<string> {
  const page = await context.newPage();
  const response = await page.goto(address);
  expect([address, response?.status()]).toEqual([address, 200]);
  expect(response?.headers()['content-security-policy']).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'/);
  await look(page, deeds, address);
  let text = await shown(page);
  const tabs = page.getByRole('tab');
  for (let index = 0; index < (await tabs.count()); index += 1) {
    const tab = tabs.nth(index);
    const name = await tab.textContent();
    await tab.click();
    await look(page, deeds, `${address}, tab ${name}`);
    text += await shown(page);
  }
  await page.close();
  return text;
}

/** Texts of the page and of its fields. */
const shown = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')];
    return [document.body.textContent, ...fields.map(({ value }) => value)].join('\n');
  });

/** It names workers only. */
const SAYS_NOTHING = /\/workers$/;

test('the watch sees what texts do where nobody guards against them', async ({ browser, baseURL }) => {
  const { context, deeds } = await watched(browser, baseURL, true);
  const seen: string[] = [];
  for (const [index, text] of HOSTILE.entries()) {
    // Some are no markup, and one acts only when it is written out and read again.
    if (!text.includes('data-owned') || text.startsWith('<math')) continue;
    const page = await context.newPage();
    await page.goto('/login');
    await page.evaluate((markup) => {
      document.body.append(document.createRange().createContextualFragment(markup));
    }, text);
    // One of them sends the page away.
    const found = await page.evaluate(traces).catch(() => ['it went away']);
    expect([index, found.length > 0]).toEqual([index, true]);
    seen.push(...found);
    await page.close();
  }
  await expect.poll(() => deeds.some((deed) => deed.startsWith('a dialog'))).toBe(true);
  await expect.poll(() => deeds.some((deed) => deed.includes(EVIL))).toBe(true);
  expect(seen).toContain('window.owned is set');
  await context.close();
});

for (const bypassCSP of [false, true]) {
  const policy = bypassCSP ? 'without the policy' : 'with the policy';

  // What does not act without the policy does not act with it: a few pages show that it is sent, and breaks nothing.
  const isVisited = (_address: string, index: number) => bypassCSP || index % 6 === 0;

  test(`no text acts on any page, ${policy}`, async ({ browser, baseURL }) => {
    test.setTimeout(400_000);
    const reader = await watched(browser, baseURL, bypassCSP);
    const page = await reader.context.newPage();
    await signIn(page, world.person);
    const silent: string[] = [];
    const addresses = world.addresses.filter(isVisited);
    // Two at a time: while one page settles, the other one is read.
    const walk = async () => {
      for (let address = addresses.shift(); address !== undefined; address = addresses.shift()) {
        const isTold = async () => (await visit(reader, address)).includes(MARK) || SAYS_NOTHING.test(address);
        // On a busy machine a page may rest before it asks for what it shows.
        if (!((await isTold()) || (await isTold()) || (await isTold()))) silent.push(address);
      }
    };
    await Promise.all([walk(), walk()]);
    // A page that shows none of them would prove nothing.
    expect(silent).toEqual([]);
    await page.goto(`/w/${world.workspace}`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('hostile');
    await expect(page.getByRole('option').first()).toBeVisible();
    await look(page, reader.deeds, 'the command palette');
    await reader.context.close();
  });

  test(`nor for somebody who has only a link, ${policy}`, async ({ browser, baseURL }) => {
    const reader = await watched(browser, baseURL, bypassCSP);
    for (const address of world.open) {
      await expect(async () => expect(await visit(reader, address)).toContain(MARK)).toPass();
    }
    await reader.context.close();
  });
}

test('a path is never markup: it is refused', async ({ request }) => {
  const headers = { authorization: `Bearer ${await tokenOf(request)}` };
  for (const text of HOSTILE) {
    const script = { path: `u/ada/${text}`, language: 'bash', content: 'echo 1', lock: '' };
    const answer = await request.post(`/api/w/${world.workspace}/scripts/create`, { data: script, headers });
    expect([answer.status(), answer.headers()['content-type']]).toEqual([400, expect.stringContaining('text/plain')]);
    expect(answer.headers()['x-content-type-options']).toBe('nosniff');
  }
});
