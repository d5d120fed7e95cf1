import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundleRuntimes } from '@/worker/runtimes/bundle';

const ROOT = process.cwd();

/** One exact text of one source file, and what stands there in this build instead. */
interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const MODEL = 'core/ledger/model.ts';
const FLOW = 'core/ledger/flow-step.ts';

/** The ledger's clock, five times as fast: lease 4 s, heartbeat 1 s, sweep 0.4 s. The proportions stay. */
const FAST: readonly Change[] = [
  { file: MODEL, from: 'LEASE_MS = 20_000', to: 'LEASE_MS = 4_000' },
  { file: MODEL, from: 'HEARTBEAT_MS = 5_000', to: 'HEARTBEAT_MS = 1_000' },
  { file: MODEL, from: 'SWEEP_MS = 2_000', to: 'SWEEP_MS = 400' },
];
export const FAST_LEASE_MS = 4_000;

/** Postgres may take a while to come back: a lease that a slow machine cannot outlast. */
const PATIENT: readonly Change[] = [
  { file: MODEL, from: 'LEASE_MS = 20_000', to: 'LEASE_MS = 12_000' },
  { file: MODEL, from: 'HEARTBEAT_MS = 5_000', to: 'HEARTBEAT_MS = 1_000' },
  { file: MODEL, from: 'SWEEP_MS = 2_000', to: 'SWEEP_MS = 400' },
];

/** The worker does not notice by itself that it was away, so that the ledger's own fence is what stops it. */
const NO_SELF_FENCE: readonly Change[] = [
  { file: MODEL, from: 'SELF_FENCE_MS = LEASE_MS / 2', to: 'SELF_FENCE_MS = 1e9' },
];

/**
 * Builds of the worker for these tests. Parts are changed while bundling, so that the product has no switch for it: a
 * text that is not found exactly once stops the build.
 */
const VARIANTS = {
  /** the product, with the ledger's clock faster */
  fast: FAST,
  /** a longer lease, for what must be given back before it runs out although Postgres was away */
  patient: PATIENT,
  /** without the kill that a worker does by itself after a pause: late results reach the ledger */
  late: [...FAST, ...NO_SELF_FENCE],
  /** negative control: nobody takes jobs from dead workers */
  'without-sweeper': [
    ...FAST,
    {
      file: 'core/ledger/sweep.ts',
      from: 'export async function sweep(): Promise<SweepReport | null> {',
      to: 'export async function sweep(): Promise<SweepReport | null> { return null;',
    },
  ],
  /** negative control: a result is taken from whoever brings it */
  'without-fence': [
    ...FAST,
    ...NO_SELF_FENCE,
    { file: 'core/ledger/settle.ts', from: ' AND q.lease_token = input.lease_token', to: '' },
    {
      file: FLOW,
      from: "lease_token = $2 AND state NOT IN ('queued', 'parked') FOR UPDATE\n), nodes",
      to: 'true OR $2::uuid IS NULL FOR UPDATE\n), nodes',
    },
  ],
} as const satisfies Record<string, readonly Change[]>;

export type Variant = keyof typeof VARIANTS;

const built = new Map<Variant, Promise<string>>();

/** Builds a variant once per process, from the sources of this moment; answers the bundle's path. */
export function workerBundle(variant: Variant): Promise<string> {
  const known = built.get(variant) ?? buildVariant(variant);
  built.set(variant, known);
  return known;
}

async function buildVariant(variant: Variant): Promise<string> {
  // Below the project, because packages are resolved from where the bundle lies; and one for each process of the test
  // runner, so that none reads what another is writing.
  const folder = path.join(ROOT, 'dist/chaos', `${variant}-${process.env.VITEST_POOL_ID ?? 'alone'}`);
  const outfile = path.join(folder, 'worker.mjs');
  const changes: readonly Change[] = VARIANTS[variant];
  const unused = new Set(changes);
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['worker/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    alias: { '@': ROOT },
    sourcemap: 'linked',
    logLevel: 'warning',
    plugins: [
      {
        name: 'changes',
        setup: (bundler) => {
          for (const file of new Set(changes.map((change) => change.file))) {
            bundler.onLoad({ filter: new RegExp(`/${file.replaceAll('.', '\\.')}$`) }, (found) => {
              let contents = fs.readFileSync(found.path, 'utf8');
              for (const change of changes.filter((one) => one.file === file)) {
                if (contents.split(change.from).length !== 2) continue;
                contents = contents.replace(change.from, change.to);
                unused.delete(change);
              }
              return { contents, loader: 'ts' };
            });
          }
        },
      },
    ],
  });
  if (unused.size > 0) {
    throw new Error(
      `Not found exactly once: ${[...unused].map(({ file, from }) => `"${from}" in ${file}`).join(', ')}`,
    );
  }
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['core/flow/expression/thread.ts'],
    outfile: path.join(folder, 'expression-thread.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    alias: { '@': ROOT },
    logLevel: 'warning',
  });
  await bundleRuntimes(folder, path.join(ROOT, 'worker'));
  return outfile;
}
