import { spawn } from 'node:child_process';
import path from 'node:path';
import { node } from './node.mjs';

const root = path.resolve(import.meta.dirname, '..');

/** Runs a program of ours from its source, with the rest of this command's life: what measures or judges is in no bundle. */
export function runSource(file, args) {
  const child = spawn(node, ['--enable-source-maps', '--import', 'tsx', file, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` },
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => process.exit(code ?? 1));
}
