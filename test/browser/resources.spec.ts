import { expect, type Page, test } from '@playwright/test';
import { alive, signedInPage, tokenOf, watchErrors } from './people';

// One person's hour with a database connection: make it, test it, see who uses it, move it, undo.
test.describe.configure({ mode: 'serial' });

let page: Page;
let errors: string[];
const W = '/w/demo';

test.beforeAll(async ({ browser, request }) => {
  const token = await tokenOf(request);
  const headers = { authorization: `Bearer ${token}` };
  const content = 'import wmill\n\ndef main():\n    return wmill.get_resource("u/ada/warehouse")\n';
  const script = { path: 'u/ada/uses_warehouse', language: 'python3', content, lock: '' };
  const made = await request.post(`/api${W}/scripts/create`, { data: script, headers });
  expect(made.status()).toBe(201);
  page = await signedInPage(await browser.newContext({ viewport: { width: 1440, height: 900 } }));
  errors = watchErrors(page);
});

test.afterAll(() => {
  expect(errors).toEqual([]);
});

test('a connection is made, tested and changed; its history shows what changed and not the password', async () => {
  await page.goto(`${W}/resources/new?type=postgresql`);
  await alive(page.getByRole('button', { name: 'Create' }));
  await page.getByRole('textbox', { name: /^Name/ }).fill('warehouse');
  await page.getByRole('textbox', { name: /^Host/ }).fill('no-such-host.invalid');
  await page.getByRole('textbox', { name: /^User/ }).fill('reader');
  await page.locator('input[type=password]').fill('never to be seen');
  await page.getByRole('textbox', { name: /^Database/ }).fill('shop');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page).toHaveURL(/\/resources\/edit\/u\/ada\/warehouse$/);

  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('The name no-such-host.invalid is not known')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('link', { name: 'See the job' })).toBeVisible();

  await page.getByRole('button', { name: 'Show and change' }).click();
  await page.getByRole('textbox', { name: /^Host/ }).fill('db.example.com');
  await page.locator('input[type=password]').fill('another password');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(/\/resources$/);

  await page.goto(`${W}/resources/edit/u/ada/warehouse?tab=history`);
  await expect(page.getByText('•••••••• (changed)')).toBeVisible();
  await expect(page.getByText('no-such-host.invalid')).toBeVisible();
  await expect(page.getByText('another password')).toHaveCount(0);
});

test('moving shows first what will change, and changes it', async () => {
  await page.goto(`${W}/resources/edit/u/ada/warehouse?tab=used-by`);
  await expect(page.getByRole('link', { name: 'u/ada/uses_warehouse' })).toBeVisible();
  await (await alive(page.getByRole('button', { name: 'More' }))).click();
  await page.getByRole('menuitem', { name: 'Move or rename…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Name/ }).fill('main_warehouse');
  await expect(dialog.getByText('1 script will be changed.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(page).toHaveURL(/main_warehouse$/);
  await page.goto(`${W}/scripts/u/ada/uses_warehouse?tab=code`);
  await expect(page.getByText('u/ada/main_warehouse').first()).toBeVisible();
});

test('deleting says who would break, and can be undone', async () => {
  await page.goto(`${W}/resources/edit/u/ada/main_warehouse`);
  await (await alive(page.getByRole('button', { name: 'More' }))).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByText('1 script refers to it and would fail: u/ada/uses_warehouse.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page).toHaveURL(/\/resources$/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('link', { name: 'u/ada/main_warehouse' })).toBeVisible();
});

test('a type of one’s own is made with a form, and goes when nothing has it', async () => {
  await page.goto(`${W}/resources?tab=types`);
  await page.getByRole('link', { name: 'New type' }).click();
  await page.getByRole('textbox', { name: /^Name/ }).fill('crm');
  await expect(page.getByRole('textbox', { name: /^URL/ })).toBeVisible();
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('link', { name: 'crm' })).toBeVisible();
  await page.getByRole('link', { name: 'crm' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page).toHaveURL(/tab=types/);
  await expect(page.getByRole('link', { name: 'crm' })).toHaveCount(0);
});

test('who may what is answered with the rule that decided', async () => {
  await page.goto(`${W}/settings`);
  await (await alive(page.getByRole('tab', { name: 'Who may what' }))).click();
  const choose = async (label: string, typed: string) => {
    const box = page.getByRole('combobox', { name: label });
    await box.click();
    await box.fill(typed);
    // The people come a moment after the field: Enter before that chooses nobody.
    if (label !== 'At') await expect(page.getByRole('option').filter({ hasText: typed }).first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(box).not.toHaveValue('');
  };
  await choose('Who', 'u/ada');
  await choose('Wants to', 'Change a resource');
  await choose('At', 'u/ada/main_warehouse');
  await expect(page.getByText('administrators have a part in every path').first()).toBeVisible();
});
