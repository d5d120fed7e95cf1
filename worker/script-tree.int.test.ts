import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import { forgetLocalScripts } from '@/core/script/local/commands';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type Lab, openLab } from '@/test/lab';

let lab: Lab;
let ann: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  lab = await openLab();
  const root = await makePerson('root');
  [ann, bob] = [await makePerson('ann'), await makePerson('bob')];
  await makeWorkspace('demo', root, [
    [ann, 'developer'],
    [bob, 'developer'],
  ]);
  for (const name of ['sales', 'team']) {
    expect((await lab.api.as(ann)('POST', '/w/demo/folders/create', { name })).status).toBe(200);
  }
});

afterAll(() => lab.close());

async function deploy(path: string, language: string, content: string, more: object = {}): Promise<void> {
  const response = await lab.api.as(ann)('POST', '/w/demo/scripts/create', {
    path,
    language,
    content,
    lock: '',
    auto_parent: true,
    ...more,
  });
  expect(response.status, await response.clone().text()).toBe(201);
}

async function run(path: string, who = ann): Promise<{ status: number; answer: unknown }> {
  const response = await lab.api.as(who)('POST', `/w/demo/jobs/run_wait_result/p/${path}`, {});
  return { status: response.status, answer: await response.json() };
}

async function preview(language: string, content: string, path: string, who = ann): Promise<unknown> {
  const body = { language, content, path, args: {} };
  return (await lab.api.as(who)('POST', '/w/demo/jobs/run_wait_result/preview', body)).json();
}

test.each([
  [
    'python3',
    'def main():\n    return "near"',
    'from .near import main as near\nimport f.team.near\n\ndef main():\n    return "far, " + near() + ", " + f.team.near.main()',
    'from f.team.near import main as a\nfrom ..sales.far import main as b\nfrom f.sales import far\n\ndef main():\n    return [a(), b(), far.main()]',
  ],
  [
    'bun',
    'export const main = () => "near";',
    'import { main as near } from "../team/near";\nexport const main = () => "far, " + near() + ", near";',
    'import { main as a } from "./near.ts";\nimport { main as b } from "/f/sales/far";\nimport * as far from "../sales/far.ts";\nexport const main = () => [a(), b(), far.main()];',
  ],
  [
    'deno',
    'export const main = () => "near";',
    'import { main as near } from "../team/near.ts";\nexport const main = () => "far, " + near() + ", near";',
    'import { main as a } from "./near.ts";\nimport { main as b } from "/f/sales/far.ts";\nimport * as far from "../sales/far";\nexport const main = () => [a(), b(), far.main()];',
  ],
])('%s scripts import scripts of their workspace, and those import others', async (language, near, far, both) => {
  await deploy('f/team/near', language, near);
  await deploy('f/sales/far', language, language === 'python3' ? far.replace('.near', '..team.near') : far);
  await deploy(`f/team/both_${language}`, language, both);
  const expected = ['near', 'far, near, near', 'far, near, near'];
  expect(await run(`f/team/both_${language}`)).toEqual({ status: 200, answer: expected });
  expect(await preview(language, both, 'f/team/try')).toEqual(expected);
  await deploy('f/team/near', language, near.replaceAll('near', 'nearer'));
  expect((await run(`f/team/both_${language}`)).answer).toContain('nearer');
});

test('files that came with a script lie beside it', async () => {
  const modules = {
    'helper.py': 'from .utils.math import add',
    'utils/math.py': { content: 'def add(a, b): return a + b' },
  };
  await deploy('f/team/parts', 'python3', 'from .helper import add\ndef main(): return add(3, 4)', { modules });
  expect(await run('f/team/parts')).toEqual({ status: 200, answer: 7 });
});

test('files that come with a script are there when its dependencies are resolved', async () => {
  const modules = {
    'helper.ts': 'export { add } from "./utils/math";',
    'utils/math.ts': 'export const add = (a, b) => a + b;',
  };
  const content = 'import { add } from "./helper";\nexport const main = () => add(3, 4);';
  await deploy('f/team/pieces', 'bun', content, { modules, lock: undefined });
  expect(await run('f/team/pieces')).toEqual({ status: 200, answer: 7 });
});

test('what is not there or may not be read is named', async () => {
  await deploy('f/team/lost', 'python3', 'from .nowhere import main as gone\ndef main(): return gone()');
  const { status, answer } = await run('f/team/lost');
  expect(status).toBe(422);
  expect(JSON.stringify(answer)).toContain('f/team/lost imports the script f/team/nowhere, which does not exist here.');
  await deploy('u/ann/own', 'bun', 'export const main = () => 1;');
  const stolen = await preview('bun', 'import { main } from "/u/ann/own.ts"; export { main };', 'u/bob/try', bob);
  expect(JSON.stringify(stolen)).toContain('u/bob/try imports u/ann/own, which bob may not read.');
  const foreign = await preview('python3', 'from u.ann.own import main as own\ndef main(): return own()', 'u/ann/try');
  expect(JSON.stringify(foreign)).toContain('u/ann/try imports u/ann/own, which is written in bun.');
});

test('what is tried out imports scripts of its author’s machine, and nobody else’s', async () => {
  const ask = async (who: TestPerson, path: string, body: unknown) => {
    const answer = await lab.api.as(who)('POST', `/w/demo/${path}`, body);
    return { status: answer.status, text: await answer.text() };
  };
  const [deployed, local] = ['def main():\n    return "deployed"', 'def main():\n    return "on my machine"'];
  await deploy('f/team/shared', 'python3', deployed);
  const shaOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const differing = async (hashes: Record<string, string>, who = ann) =>
    JSON.parse((await ask(who, 'scripts/raw_temp/diff', { scripts: hashes, workspace_deps: [] })).text);
  expect(await differing({ 'f/team/shared': shaOf(deployed), 'f/team/new': 'x' })).toEqual(['f/team/new']);
  expect(await differing({ 'f/team/shared': shaOf(local) })).toEqual(['f/team/shared']);
  // Whoever may not read it is not told whether he guessed its text.
  expect(await differing({ 'f/team/shared': shaOf(deployed) }, bob)).toEqual(['f/team/shared']);

  const stored = await ask(ann, 'scripts/raw_temp/store', JSON.stringify(local));
  expect(stored).toEqual({ status: 200, text: shaOf(local) });
  const refs = { 'f/team/shared': stored.text };
  const content = 'from f.team.shared import main as shared\n\ndef main():\n    return shared()';
  const body = { language: 'python3', content, path: 'f/team/user', args: {} };
  const wait = 'jobs/run_wait_result/preview';
  expect((await ask(ann, wait, body)).text).toBe('"deployed"');
  expect((await ask(ann, wait, { ...body, temp_script_refs: refs })).text).toBe('"on my machine"');
  const step = { id: 'a', value: { type: 'rawscript', language: 'python3', content, input_transforms: {} } };
  const flow = { value: { modules: [step] }, path: 'f/team/flow', args: {}, temp_script_refs: refs };
  expect((await ask(ann, 'jobs/run_wait_result/preview_flow', flow)).text).toBe('"on my machine"');
  expect(await ask(bob, wait, { ...body, path: 'u/bob/x', temp_script_refs: refs })).toMatchObject({
    status: 400,
    text: expect.stringContaining('f/team/shared is not kept here'),
  });

  await rows(`UPDATE local_script SET stored_at = now() - interval '2 days' WHERE username = 'ann'`);
  await forgetLocalScripts();
  expect((await ask(ann, wait, { ...body, temp_script_refs: refs })).text).toContain('f/team/shared is not kept here');
});
