import { expect, type Page, test } from '@playwright/test';
import { alive, signIn } from './people';

/** A key that is pressed before the page has come to life goes nowhere: press until the palette is there. */
async function openPalette(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await expect(async () => {
    // The same keys close it again.
    if (!(await dialog.isVisible())) await page.keyboard.press('ControlOrMeta+k');
    await expect(dialog).toBeVisible({ timeout: 2_000 });
  }).toPass();
}

test('the palette finds places and does things, by keyboard alone', async ({ page }) => {
  await signIn(page);
  await page.goto('/w/demo');
  await openPalette(page);
  await page.keyboard.type('workers');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/w\/demo\/workers/);
});

test('shortcuts go places, are listed, and never fire in a text field', async ({ page }) => {
  await signIn(page);
  await page.goto('/w/demo');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  // A key that is pressed before the page has come to life goes nowhere.
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await expect(page).toHaveURL(/\/w\/demo\/runs/, { timeout: 500 });
  }).toPass();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText(/shortcuts/i);
  await page.keyboard.press('Escape');
  const filter = page.getByRole('combobox').or(page.getByRole('textbox')).first();
  await filter.click();
  await page.keyboard.type('gs');
  await expect(page).toHaveURL(/\/w\/demo\/runs/);
});

test('pages that belong to a person stand in the shell too: its palette leads to them and away again', async ({
  page,
}) => {
  await signIn(page);
  await page.goto('/w/demo');
  for (const [typed, address] of [
    ['account', '/account'],
    ['people', '/people'],
    ['runs', '/w/demo/runs'],
  ] as const) {
    await openPalette(page);
    await page.keyboard.type(typed);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`${address}$`));
    await expect(page.getByRole('navigation', { name: 'Workspace', exact: true })).toBeVisible();
  }
});

test('who is not signed in is sent to sign in, and comes back to where he wanted to go', async ({ page }) => {
  await page.goto('/w/demo/workers');
  await expect(page).toHaveURL(/\/login/);
  const button = await alive(page.getByRole('button', { name: 'Sign in', exact: true }));
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill('wrong');
  await button.click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await page.getByLabel('Password').fill('correct horse battery');
  await button.click();
  await expect(page).toHaveURL(/\/w\/demo\/workers/);
});

test('shortcuts can have other keys; what is taken is refused in a sentence', async ({ page }) => {
  await signIn(page);
  await page.goto('/account#shortcuts');
  const change = page.getByRole('button', { name: 'Change the keys of Runs' });
  await (await alive(change)).click();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.getByText('G, then H is “Home” already.')).toBeVisible();
  await change.click();
  await page.keyboard.press('q');
  await page.keyboard.press('w');
  await expect(page.getByRole('button', { name: 'Back to the usual keys of Runs' })).toBeVisible();

  await page.goto('/w/demo');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await expect(async () => {
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByRole('dialog').getByText('q then w')).toBeAttached();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.keyboard.press('q');
  await page.keyboard.press('w');
  await expect(page).toHaveURL(/\/w\/demo\/runs/);

  await page.goto('/account#shortcuts');
  await (await alive(page.getByRole('button', { name: 'Reset all' }))).click();
  await expect(page.getByRole('button', { name: 'Back to the usual keys of Runs' })).toBeHidden();
});
