import { expect, type Page, test } from '@playwright/test';
import { signIn, tokenOf, watchErrors } from './people';

const FLOW = `summary: Count words
modules:
  - id: first
    value:
      type: rawscript
      language: python3
      content: |
        def main(sentence: str) -> dict:
            return {"words": sentence.split()}
  - id: second
    value:
      type: rawscript
      language: python3
      content: |
        def main(words: list) -> str:
            print("counting", len(words))
            return f"{len(words)} words"
`;
const MISTYPED = FLOW.replace('id: second', 'id: first');

const MANY = {
  modules: [
    {
      id: 'rows',
      value: { type: 'rawscript', language: 'python3', content: 'def main():\n    return list(range(1000))\n' },
    },
    {
      id: 'each',
      value: {
        type: 'forloopflow',
        iterator: { type: 'javascript', expr: 'results.rows' },
        modules: [{ id: 'pass_on', value: { type: 'identity' } }],
      },
    },
    {
      id: 'check',
      value: {
        type: 'rawscript',
        language: 'python3',
        content: 'def main(rows: list):\n    raise Exception(f"{len(rows)} rows are too many")\n',
      },
    },
  ],
};

/** Replaces what stands in the editor. */
async function write(page: Page, text: string): Promise<void> {
  const editor = page.locator('.cm-content').first();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  // The editor indents what is typed; a paste stands as it is.
  await editor.evaluate((element, pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

const step = (page: Page, name: RegExp) => page.getByRole('treeitem', { name });

test('an engineer writes a flow, sees a problem come and go, tries it, deploys it, runs it, and replays a step', async ({
  page,
}) => {
  test.setTimeout(150_000);
  const errors = watchErrors(page);
  await signIn(page);
  await page.getByRole('link', { name: 'Flows', exact: true }).click();
  await page.getByRole('link', { name: 'New flow' }).first().click();
  await expect(page.locator('.cm-content')).toContainText('modules:');

  await write(page, MISTYPED);
  await expect(page.getByText(/^\d errors?/)).toBeVisible();
  await write(page, FLOW);
  await expect(page.getByText('No problems found.').first()).toBeVisible();
  const bindings = page.getByRole('list', { name: 'Where the arguments of second come from' });
  await expect(bindings).toContainText('key of the previous result (first)');

  await page.getByRole('tab', { name: 'Run' }).click();
  await page.getByRole('textbox', { name: 'sentence' }).fill('one small step');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByText('3 words').first()).toBeVisible({ timeout: 30_000 });
  await expect(step(page, /second/)).toContainText('Succeeded');

  await page.getByRole('button', { name: 'Deploy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('count_words');
  await dialog.getByRole('button', { name: 'Deploy' }).click();
  await expect(page).toHaveURL(/\/w\/demo\/flows\/u\/ada\/count_words$/);
  await expect(page.getByRole('heading', { name: 'Count words' })).toBeVisible();

  await page.getByRole('textbox', { name: 'sentence' }).fill('a giant leap for fantails');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText('5 words').first()).toBeVisible({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Open the run' }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(step(page, /first/)).toContainText('Succeeded');
  await step(page, /second/).click();
  await expect(page.getByRole('region', { name: 'second' })).toContainText('counting 5');

  const firstRun = page.url();
  await page.getByRole('button', { name: 'Replay from here' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
  await expect(page).not.toHaveURL(firstRun);
  await expect(page.getByText('5 words').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('an earlier run')).toBeVisible();
  expect(errors).toEqual([]);
});

test('a run names the step that failed and opens it; a thousand iterations stay a short page', async ({
  page,
  request,
}) => {
  const headers = { authorization: `Bearer ${await tokenOf(request)}` };
  const started = await request.post('/api/w/demo/jobs/run/preview_flow', { headers, data: { value: MANY, args: {} } });
  expect(started.status()).toBe(201);
  await signIn(page);
  await page.goto(`/w/demo/runs/${await started.text()}`);
  await expect(page.getByText(/Failed in step “check”/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'check' })).toContainText('1000 rows are too many');
  await expect(page.getByRole('tree')).toContainText('1,000 of 1,000');
  await step(page, /each/).click();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('treeitem').filter({ hasText: 'Iteration 1' }).first()).toBeVisible();
  await page.keyboard.press('End');
  await expect(step(page, /check/)).toBeVisible();
  await page.getByRole('button', { name: /\d more above/ }).click();
  await expect(step(page, /rows/)).toBeVisible();
  expect(await page.getByRole('treeitem').count()).toBeLessThan(60);
});
