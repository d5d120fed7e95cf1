import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Builds what sandboxes need beside the worker: `<folder>/runtimes/*`, one wrapper per language, a single file each. `workerFolder` is the source folder of the worker.
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
        // pg is CommonJS and asks for Node's modules by require, which an ES module does not have by itself.
        banner: name === 'postgresql' ? { js: REQUIRE } : {},
      }),
    ),
  ]);
  copyFileSync(source('runtimes/python3/wrapper.py'), path.join(runtimes, 'python3.py'));
  copyFileSync(source('runtimes/bash/wrapper.sh'), path.join(runtimes, 'bash.sh'));
}

const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
