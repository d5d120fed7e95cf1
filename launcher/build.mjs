// Builds what `npm start` runs: Next's pages, the web and worker processes, and the wrappers that run user code.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const SOURCES = [
  'api',
  'app',
  'cli',
  'components',
  'core',
  'prisma/models',
  'web',
  'worker',
  'next.config.ts',
  'postcss.config.mjs',
  'package-lock.json',
];
const STAMP = path.join(root, 'dist/built');

function newestMs(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...fs.readdirSync(file).map((name) => newestMs(path.join(file, name))));
}

/** True when everything was built after the newest source was written. */
export function isBuilt() {
  const builtMs = fs.statSync(STAMP, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return SOURCES.every((source) => newestMs(path.join(root, source)) < builtMs);
}

/** A program of ours as one file that leaves its packages where they are. */
export const bundle = (entry, outfile) =>
  esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    alias: { '@': root },
    sourcemap: 'linked',
    logLevel: 'warning',
  });

/** How sandboxes are filled and how the command is made: the worker does it, too, when it runs from source. */
async function runtimeBundler() {
  await bundle('worker/runtimes/bundle.ts', 'dist/bundle-runtimes.mjs');
  return import(pathToFileURL(path.join(root, 'dist/bundle-runtimes.mjs')).href);
}

/** The command-line client as one file without dependencies: what `npm install -g` brings to other machines. */
export async function buildCli(outfile) {
  const { bundleCli } = await runtimeBundler();
  await bundleCli(path.resolve(root, outfile), root);
}

const KEY_ROTATION = 'dist/key-rotation.mjs';
const bundleKeyRotation = () => bundle('core/platform/key-rotation.ts', KEY_ROTATION);

/** What `npm run rotate-key` needs. An image brings it, and must not be written to. */
export async function buildKeyRotation() {
  if (!isBuilt() || !fs.existsSync(path.join(root, KEY_ROTATION))) await bundleKeyRotation();
}

/** The processes and wrappers: two seconds. */
export async function buildProcesses() {
  ensureClient();
  await bundle('web/main.ts', 'dist/web.mjs');
  await bundle('worker/main.ts', 'dist/worker.mjs');
  await bundle('core/flow/expression/thread.ts', 'dist/expression-thread.mjs');
  await buildCli('dist/cli.mjs');
  const { bundleRuntimes } = await runtimeBundler();
  await bundleRuntimes(path.join(root, 'dist'), path.join(root, 'worker'));
}

function run(args) {
  const done = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  if (done.status !== 0) throw new Error(`${args.join(' ')} failed.`);
}

function ensureClient() {
  if (!fs.existsSync(path.join(root, 'generated/prisma'))) run(['launcher/prisma.mjs', 'generate']);
}

/** Everything. */
export async function build() {
  ensureClient();
  run(['node_modules/next/dist/bin/next', 'build']);
  await buildProcesses();
  await bundleKeyRotation();
  fs.writeFileSync(STAMP, '');
}

if (import.meta.filename === process.argv[1]) await build();
