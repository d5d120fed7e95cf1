// npm run bench: measures the product against bare programs doing the same, prints ratios, writes bench/results.md.
//   node launcher/bench.mjs [memory latency throughput submits flows history] [bash python3 bun]   only these
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { continueInNode24 } from './node.mjs';
import { runSource } from './run-source.mjs';

await continueInNode24();
const { bundle } = await import('./build.mjs');

const root = path.resolve(import.meta.dirname, '..');

const bundleFor = (entry, name) => bundle(entry, `dist/bench/${name}.mjs`);

/** Builds of this moment in a folder of their own: what runs elsewhere from dist/ stays as it is. */
async function buildAll() {
  await bundleFor('web/main.ts', 'web');
  await bundleFor('worker/main.ts', 'worker');
  await bundleFor('core/flow/expression/thread.ts', 'expression-thread');
  await bundleFor('bench/bare.ts', 'bare');
  await bundleFor('bench/probe.ts', 'probe');
  await bundleFor('bench/api.ts', 'api');
  await bundleFor('worker/runtimes/bundle.ts', 'bundle-runtimes');
  const { bundleRuntimes } = await import(pathToFileURL(path.join(root, 'dist/bench/bundle-runtimes.mjs')).href);
  await bundleRuntimes(path.join(root, 'dist/bench'), path.join(root, 'worker'));
}

await buildAll();
runSource('bench/main.ts', process.argv.slice(2));
