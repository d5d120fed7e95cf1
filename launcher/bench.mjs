// npm run bench: measures the product against bare programs doing the same, prints ratios, writes bench/results.md.
//   node launcher/bench.mjs [memory latency throughput submits flows history] [bash python3 bun]   only these
//   node launcher/bench.mjs chaos [times] [seed]                          a long run of the chaos test instead
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { continueInNode24, node } from './node.mjs';

await continueInNode24();
const esbuild = await import('esbuild');

const root = path.resolve(import.meta.dirname, '..');
const [first, ...others] = process.argv.slice(2);

async function bundle(entry, name) {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `dist/bench/${name}.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    alias: { '@': root },
    sourcemap: 'linked',
    logLevel: 'warning',
  });
}

/** Builds of this moment in a folder of their own: what runs elsewhere from dist/ stays as it is. */
async function buildAll() {
  await bundle('web/main.ts', 'web');
  await bundle('worker/main.ts', 'worker');
  await bundle('core/flow/expression/thread.ts', 'expression-thread');
  await bundle('bench/bare.ts', 'bare');
  await bundle('bench/probe.ts', 'probe');
  await bundle('bench/api.ts', 'api');
  await bundle('worker/runtimes/bundle.ts', 'bundle-runtimes');
  const { bundleRuntimes } = await import(pathToFileURL(path.join(root, 'dist/bench/bundle-runtimes.mjs')).href);
  await bundleRuntimes(path.join(root, 'dist/bench'), path.join(root, 'worker'));
}

const isChaos = first === 'chaos';
if (!isChaos) await buildAll();
const args = isChaos ? ['test/chaos/main.ts', ...others] : ['bench/main.ts', ...process.argv.slice(2)];
const child = spawn(node, ['--enable-source-maps', '--import', 'tsx', ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` },
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
