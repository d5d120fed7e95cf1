import { expect, test } from '@playwright/test';
import { alive, signIn, tokenOf, watchErrors } from './people';

test('inputs are kept under a name, picked again with one click, and deleted', async ({ page, request }) => {
  const path = `u/ada/greet_${Date.now()}`;
  // A script of its own: forms are filled with what was run last, and other tests run the examples.
  const made = await request.post('/api/w/demo/scripts/create', {
    headers: { authorization: `Bearer ${await tokenOf(request)}` },
    data: {
      path,
      language: 'python3',
      content: [
        'from typing import Literal',
        '',
        'def main(name: str = "world", greeting: Literal["Hello", "Ahoy"] = "Hello"):',
        '    return f"{greeting}, {name}"',
      ].join('\n'),
    },
  });
  expect(made.status()).toBe(201);
  const errors = watchErrors(page);
  await signIn(page);
  await page.goto(`/w/demo/scripts/${path}`);
  const name = page.getByRole('textbox', { name: 'name', exact: true });
  await (await alive(name)).fill('the night shift');
  await page.getByRole('radio', { name: 'Ahoy' }).click();
  const open = page.getByRole('button', { name: 'Inputs', exact: true });
  await open.click();
  const box = page.getByRole('dialog', { name: 'Inputs to fill the form with' });
  await box.getByLabel('Keep what is in the form as').fill('Night');
  await box.getByRole('checkbox', { name: 'For everybody who may run it' }).click();
  await box.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(box.getByRole('button', { name: /^Night/ })).toContainText('shared by ada');
  await page.keyboard.press('Escape');

  await name.fill('somebody else');
  await page.getByRole('radio', { name: 'Hello' }).click();
  await open.click();
  await box.getByRole('button', { name: /^Night/ }).click();
  await expect(box).toBeHidden();
  await expect(name).toHaveValue('the night shift');
  await expect(page.getByRole('radio', { name: 'Ahoy' })).toBeChecked();

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText('Ahoy, the night shift').first()).toBeVisible();
  await name.fill('nobody');
  await open.click();
  await box.getByRole('button', { name: 'Delete Night' }).click();
  await expect(box.getByText('Nothing is kept yet.')).toBeVisible();
  // What was run last needs no name.
  await box
    .getByRole('button', { name: /by ada, succeeded/ })
    .first()
    .click();
  await expect(name).toHaveValue('the night shift');
  expect(errors).toEqual([]);
});
