import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installed, npmPackages, pythonPackages } from '@/test/cli/packages';
import { callsIn, EXPECTED, type SdkWorld, sdkWorld } from './world';

// Asked while the file is collected: jobs bring the packages themselves, from the same registries.
const registries: Readonly<Record<string, Installed>> = {
  npm: await npmPackages('windmill-client@1.818.0'),
  PyPI: await pythonPackages('wmill==1.850.0'),
};
for (const [name, { folder, reason }] of Object.entries(registries)) {
  if (folder === null) console.warn(`The library of ${name} is not tested: ${reason}`);
  else fs.rmSync(folder, { recursive: true, force: true });
}

let world: SdkWorld;

beforeAll(async () => {
  world = await sdkWorld();
});

afterAll(() => world.close());

/** Runs a script that uses the library; nothing that it asks for may be unknown to the server. */
async function report(name: string, language: string, content: string): Promise<unknown> {
  const { server, asAnn, run } = world;
  server.takeExchanges();
  const { result, jobId } = await run(name, language, content);
  const exchanges = server.takeExchanges();
  expect(
    exchanges.filter(
      ({ isUnrouted, contentType, status }) => isUnrouted || contentType.includes('html') || status >= 500,
    ),
    JSON.stringify(server.errors),
  ).toEqual([]);
  const came = Object.entries(Object(result)).map(([call, value]) => `  ${call.padEnd(24)} ${JSON.stringify(value)}`);
  const log = await (await asAnn('GET', `/jobs_u/get_logs/${jobId}`)).text();
  console.log([`${name} calls back:`, ...came, 'What it was told:', log].join('\n'));
  return result;
}

describe.skipIf(registries.npm?.folder === null)('windmill-client 1.818.0 in a job', () => {
  test('every call that scripts make works', async () => {
    expect(await report('typescript', 'bun', callsIn('calls.ts.txt'))).toEqual(EXPECTED);
  });
});

describe.skipIf(registries.PyPI?.folder === null)('wmill 1.850.0 in a job', () => {
  test('every call that scripts make works', async () => {
    expect(await report('python', 'python3', callsIn('calls.py.txt'))).toEqual({
      ...EXPECTED,
      whoami: 'ann@example.com',
      version: expect.stringMatching(/1\.819\.0/),
      workspace: 'lab',
    });
  });
});
