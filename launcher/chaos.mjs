// npm run chaos [-- FLOWS SEED]: kills what runs flows, at random and at length, and judges what came of them.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { continueInNode24, node } from './node.mjs';

await continueInNode24();
const root = path.resolve(import.meta.dirname, '..');
const child = spawn(
  node,
  ['--enable-source-maps', '--import', 'tsx', 'test/chaos/flows/main.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` },
  },
);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
