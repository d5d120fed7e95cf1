// npm test: everything, in the order in which it fails fastest. Each part prints its own words; the first failure ends it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { continueInNode24, node } from './node.mjs';

await continueInNode24();
const { build, isBuilt } = await import('./build.mjs');
const { ensurePrograms } = await import('./machine.mjs');

const root = path.resolve(import.meta.dirname, '..');
const bin = (name) => path.join(root, 'node_modules', name);
const startedMs = Date.now();

function step(title, args, more = {}) {
  console.log(
    `\n── ${title} (${Math.round((Date.now() - startedMs) / 1000)} s) ${'─'.repeat(Math.max(0, 80 - title.length))}`,
  );
  const env = {
    ...process.env,
    ...more,
    NEXT_TELEMETRY_DISABLED: '1',
    PATH: `${path.dirname(node)}:${process.env.PATH}`,
  };
  const done = spawnSync(node, args, { cwd: root, stdio: 'inherit', env });
  if (done.status !== 0) {
    console.error(`\n${title} failed.`);
    process.exit(done.status ?? 1);
  }
}

const next = bin('next/dist/bin/next');
const vitest = bin('vitest/vitest.mjs');

try {
  ensurePrograms(['bwrap', 'python3', 'pip3', 'curl', 'jq', 'chromium']);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
if (!fs.existsSync(path.join(root, 'generated/prisma'))) step('Prisma client', ['launcher/prisma.mjs', 'generate']);
step('Lockfile', ['launcher/check-lock.mjs']);
step('Types of routes', [next, 'typegen']);
step('Types', [bin('typescript/bin/tsc'), '--noEmit']);
step('Lint and format', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings']);
step('Unit', [vitest, 'run', '--project', 'unit']);
// In two parts (vitest.config.ts says which): most tests wait more than they compute, and some must be alone.
const integration = [vitest, 'run', '--project', 'integration'];
step('Integration, two files at a time', integration, { INTEGRATION_PART: 'together' });
step('Integration, one file at a time', integration, { INTEGRATION_PART: 'alone' });
if (!isBuilt()) {
  console.log('\nBuilding for the browser tests…');
  await build();
}
step('Browser', [bin('@playwright/test/cli.js'), 'test']);
console.log(`\nEverything passed in ${Math.round((Date.now() - startedMs) / 1000)} s.`);
