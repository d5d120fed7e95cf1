import { type APIRequestContext, type BrowserContext, expect, type Locator, type Page } from '@playwright/test';

/** The administrator whom the installation under test makes at its first start (playwright.config.ts). */
export const ADA = { email: 'ada@example.com', password: 'correct horse battery' };

/**
 * Waits until the page's code answers to what is done with an element. It is there as text a moment earlier; on a busy
 * machine that moment is long enough for a click or a key to go nowhere.
 */
export async function alive(element: Locator): Promise<Locator> {
  const isAlive = (node: Element) => Object.keys(node).some((key) => key.startsWith('__reactProps'));
  await expect.poll(() => element.evaluate(isAlive)).toBe(true);
  return element;
}

/** Signs in through the page, as a person does. */
export async function signIn(page: Page, person: { email: string; password: string } = ADA): Promise<void> {
  await page.goto('/login');
  const button = await alive(page.getByRole('button', { name: 'Sign in', exact: true }));
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await button.click();
  await expect(page).toHaveURL(/\/w\//);
}

/** A token for calls that prepare a test. */
export async function tokenOf(request: APIRequestContext, person = ADA): Promise<string> {
  let token = '';
  const login = async () => {
    const answer = await request.post('/api/auth/login', { data: person });
    token = await answer.text();
    return answer.status();
  };
  // The site answers a moment before its first start has made its first person; and it limits how often one signs in.
  await expect.poll(login, { intervals: [500, 2_000], timeout: 90_000 }).toBe(200);
  return token;
}

/** Somebody new in the workspace demo, who has followed his invitation; answers the username. */
export async function join(
  request: APIRequestContext,
  token: string,
  person: { email: string; name: string; password: string; role: string },
): Promise<string> {
  const { email, name, password, role } = person;
  const headers = { authorization: `Bearer ${token}` };
  const invited = await request.post('/api/w/demo/members', { data: { email, name, role }, headers });
  const { inviteUrl } = await invited.json();
  const secret = new URL(inviteUrl).pathname.split('/').at(-1);
  const joined = await request.post('/api/auth/join', { data: { token: secret, name, password } });
  expect(joined.ok(), await joined.text()).toBe(true);
  const own = { authorization: `Bearer ${await tokenOf(request, { email, password })}` };
  return (await (await request.get('/api/w/demo/users/whoami', { headers: own })).json()).username;
}

/** Everything that a page complained about; a journey ends with none. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${page.url()})`);
  });
  return errors;
}

/** One signed-in page for a whole file: signing in is what sign-in tests are for. */
export async function signedInPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await signIn(page);
  return page;
}
