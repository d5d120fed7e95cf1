// npm run conformance -- FILE…: runs cases of other products against a running one (test/conformance).
import { spawn } from 'node:child_process';
import path from 'node:path';
import { continueInNode24, node } from './node.mjs';

await continueInNode24();
const root = path.resolve(import.meta.dirname, '..');
const files = process.argv.slice(2);
const child = spawn(node, ['--enable-source-maps', '--import', 'tsx', 'test/conformance/main.ts', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` },
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
