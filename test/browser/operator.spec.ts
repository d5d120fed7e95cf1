import { expect, test } from '@playwright/test';
import { join, signIn, tokenOf, watchErrors } from './people';

const OMAR = { email: `omar.${Date.now()}@example.com`, password: 'a long and quiet password' };
const CODE = `def main(customer: str, due_date: str = "today"):
    if customer == "nobody":
        raise ValueError("There is nobody to invoice.")
    return {"customer": customer, "is_paid": False, "lines": [{"item": "Service", "net_price": 120}]}
`;

test('an operator who types the address of an editor reads why it is not his, and whom to ask', async ({
  page,
  request,
}) => {
  const email = `olga.${Date.now()}@example.com`;
  const person = { email, password: OMAR.password };
  await join(request, await tokenOf(request), { ...person, name: 'Olga Orlova', role: 'operator' });
  await signIn(page, person);
  const editor = '/w/demo/scripts/edit/f/examples/hello';
  for (const address of ['/scripts', '/scripts/new', '/flows/new', '/resources', '/workers', '/settings', '/audit']) {
    const answer = await page.request.get(`/w/demo${address}`);
    expect(answer.status(), address).toBe(403);
  }
  expect((await page.goto(editor))?.status()).toBe(403);
  await expect(page.getByRole('heading', { name: 'You may not open this page' })).toBeVisible();
  await expect(page.getByText('Here the code of f/examples/hello is changed.')).toBeVisible();
  await expect(page.getByText('You are an operator here')).toBeVisible();
  await expect(page.getByRole('link', { name: 'ada@example.com' })).toBeVisible();
  await page.getByRole('link', { name: 'Open its form instead' }).click();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
});

test('an operator with a phone runs a script, and reads what came out in his own words', async ({
  browser,
  request,
}) => {
  const token = await tokenOf(request);
  await join(request, token, { ...OMAR, name: 'Omar Haddad', role: 'operator' });
  const path = `f/examples/invoice_${Date.now()}`;
  const made = await request.post('/api/w/demo/scripts/create', {
    data: { path, summary: 'Make an invoice', language: 'python3', content: CODE },
    headers: { authorization: `Bearer ${token}` },
  });
  expect(made.status(), await made.text()).toBe(201);
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const errors = watchErrors(page);
  await signIn(page, OMAR);
  await page.getByRole('region', { name: 'What you can run' }).getByRole('link', { name: 'Make an invoice' }).tap();
  await page.getByRole('textbox', { name: 'Customer' }).fill('Acme');
  await expect(page.getByRole('textbox', { name: 'Due date' })).toHaveValue('today');
  await page.getByRole('button', { name: 'Run', exact: true }).tap();
  const run = page.getByRole('region', { name: 'This run' });
  await expect(run.getByText('Is paid')).toBeVisible();
  await expect(run.getByRole('button', { name: 'Net price' })).toBeVisible();

  // A failure is told in its own words; where in the code it happened is for whoever wrote it.
  await page.getByRole('textbox', { name: 'Customer' }).fill('nobody');
  await page.getByRole('button', { name: 'Run', exact: true }).tap();
  await expect(run.getByText('There is nobody to invoice.')).toBeVisible();
  await run.getByRole('link', { name: 'Open the run' }).tap();
  await expect(page.getByRole('heading', { level: 1, name: 'Make an invoice' })).toBeVisible();
  await expect(page.getByText('There is nobody to invoice.')).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText(/ValueError|Traceback|Worker group|f\/examples/);
  expect(errors).toEqual([]);
  await context.close();
});
