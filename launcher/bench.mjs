// npm run bench: measures the product against bare programs doing the same, prints ratios, writes bench/results.md.
//   node launcher/bench.mjs [memory latency throughput submits flows history] [bash python3 bun]   only these
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { continueInNode24 } from './node.mjs';
import { runSource } from './run-source.mjs';

await continueInNode24();
const esbuild = await import('esbuild');

const root = path.resolve(import.meta.dirname, '..');

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

await buildAll();
runSource('bench/main.ts', process.argv.slice(2));
