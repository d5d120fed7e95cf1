import { type ChildProcess, spawn } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { signIn, tokenOf, watchErrors } from './people';

test('somebody runs a script of the starter workspace and sees its result', async ({ page }) => {
  const errors = watchErrors(page);
  await signIn(page);
  await page.getByRole('link', { name: 'Scripts', exact: true }).click();
  await page.getByText('Say hello').click();
  await page.getByRole('textbox', { name: 'name' }).fill('Fantail');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText('Hello, Fantail.').first()).toBeVisible();
  expect(errors).toEqual([]);
});

test('an engineer writes a function, gets its form at once, tries it, and deploys it', async ({ page }) => {
  const errors = watchErrors(page);
  await signIn(page);
  await page.goto('/w/demo/scripts/new');
  const editor = page.locator('.cm-content');
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(
    'def main(town: str, visitors: int = 3):\n    print("counting", visitors)\n    return {"town": town, "visitors": visitors}\n',
  );
  const town = page.getByRole('textbox', { name: 'town' });
  await expect(town).toBeVisible();
  await town.fill('Delft');
  // The form is made anew while he types; what was typed into it stays.
  await editor.click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('# a remark\n');
  await expect(town).toHaveValue('Delft');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByText('counting 3').first()).toBeVisible();
  await expect(page.getByText('Delft').first()).toBeVisible();
  await page.getByRole('button', { name: 'Deploy' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deploy' }).click();
  await expect(page).toHaveURL(/\/w\/demo\/scripts\/u\/ada\//);
  expect(errors).toEqual([]);
});

test('a log arrives line by line, and Cancel stops the job', async ({ page, request }) => {
  const token = await tokenOf(request);
  await signIn(page);
  const started = await request.post('/api/w/demo/jobs/run/p/f/examples/countdown', {
    headers: { authorization: `Bearer ${token}` },
    data: { seconds: 60 },
  });
  const id = await started.text();
  await page.goto(`/w/demo/runs/${id}`);
  await expect(page.getByText('60 s left')).toBeVisible();
  await expect(page.getByText('58 s left')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /Cancel the run|Cancel run|Cancel it|Yes/ })
    .click();
  await expect(page.getByText(/Cancelled by ada/).first()).toBeVisible();
});

test('a job of a group without a worker says so, and goes on when one comes', async ({ page, request }) => {
  const token = await tokenOf(request);
  // Another one at a second try: the first one has been served.
  const group = `heavy${Date.now()}`;
  const started = await request.post(`/api/w/demo/jobs/run/p/f/examples/crunch_numbers?tag=${group}`, {
    headers: { authorization: `Bearer ${token}` },
    data: { limit: 1000 },
  });
  const id = await started.text();
  await signIn(page);
  await page.goto(`/w/demo/runs/${id}`);
  await expect(page.getByText(`no worker has ever served “${group}”`)).toBeVisible();
  await page.goto('/w/demo/workers');
  await expect(page.getByText(`No worker serves ${group}`).first()).toBeVisible();
  await page.goto(`/w/demo/runs/${id}`);
  const worker: ChildProcess = spawn(process.execPath, ['launcher/start.mjs'], {
    env: {
      ...process.env,
      MODE: 'worker',
      WORKER_GROUP: group,
      DATA_FOLDER: process.env.BROWSER_TEST_FOLDER,
      DATABASE_URL: '',
    },
    stdio: 'ignore',
  });
  try {
    await expect(page.getByText('168').first()).toBeVisible({ timeout: 60_000 });
  } finally {
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGTERM');
    await gone;
  }
});
