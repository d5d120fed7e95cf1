import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';

/**
 * Builds what sandboxes need beside the worker: `<folder>/runtimes/*`, one wrapper per language, a single file each, the
 * library that scripts may import and the command that they may call. `workerFolder` is the source folder of the worker.
 */
export async function bundleRuntimes(folder: string, workerFolder: string): Promise<void> {
  const { build } = await import('esbuild');
  const runtimes = path.join(folder, 'runtimes');
  mkdirSync(runtimes, { recursive: true });
  const source = (name: string) => path.join(workerFolder, name);
  const common = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
    alias: { '@': path.dirname(workerFolder) },
  } as const;
  const wrappers = ['bun', 'deno', 'postgresql'].filter((name) => existsSync(source(`runtimes/${name}/wrapper.ts`)));
  await Promise.all([
    ...wrappers.map((name) =>
      build({
        ...common,
        target: 'esnext',
        minifySyntax: true,
        entryPoints: [source(`runtimes/${name}/wrapper.ts`)],
        outfile: path.join(runtimes, `${name}.js`),
        external: ['pg-native', 'pg-cloudflare', 'cloudflare:sockets'],
        banner: { js: BANNERS[name] ?? '' },
      }),
    ),
  ]);
  await bundleLibrary(path.join(runtimes, 'sdk'), source, common);
  await bundleCli(path.join(runtimes, 'cli', 'fantail.mjs'), path.dirname(workerFolder));
  copyFileSync(source('runtimes/python3/start.py'), path.join(runtimes, 'python3.py'));
  mkdirSync(path.join(runtimes, 'python3'), { recursive: true });
  copyFileSync(source('runtimes/python3/wrapper.py'), path.join(runtimes, 'python3/wrapper.py'));
  copyFileSync(source('runtimes/bash/wrapper.sh'), path.join(runtimes, 'bash.sh'));
}

/** The command-line client as one file without dependencies. `projectFolder` is the one that holds `cli`. */
export async function bundleCli(outfile: string, projectFolder: string): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: projectFolder,
    entryPoints: ['cli/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias: { '@': projectFolder },
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    logLevel: 'warning',
  });
}

/** The built-in library of jobs: for Python a folder of modules, for TypeScript a folder that looks like a package. */
async function bundleLibrary(
  folder: string,
  source: (name: string) => string,
  common: Pick<BuildOptions, 'bundle' | 'format' | 'platform' | 'logLevel'>,
): Promise<void> {
  const { build } = await import('esbuild');
  const typescript = path.join(folder, 'typescript');
  mkdirSync(typescript, { recursive: true });
  cpSync(source('runtimes/python3/sdk'), path.join(folder, 'python3'), { recursive: true });
  await build({
    ...common,
    target: 'esnext',
    entryPoints: [source('runtimes/typescript/sdk/windmill-client.ts')],
    outfile: path.join(typescript, 'index.js'),
  });
  const manifest = { name: 'windmill-client', type: 'module', main: './index.js', exports: './index.js' };
  writeFileSync(path.join(typescript, 'package.json'), JSON.stringify(manifest));
}

/** The package is CommonJS and asks for Node's modules by require, which an ES module does not have by itself. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
/** Bun takes a file with this mark as it is; without it each start would translate the wrapper once more. */
const TRANSLATED = '// @bun';
const BANNERS: Readonly<Record<string, string>> = { bun: TRANSLATED, postgresql: `${TRANSLATED}\n${REQUIRE}` };
