import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ACCOUNTS = {
  passwd: 'root:x:0:0:root:/root:/usr/sbin/nologin\njob:x:65534:65534:job:/job:/bin/bash\n',
  group: 'root:x:0:\njob:x:65534:\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n',
};

/**
 * Builds what sandboxes need beside the worker: `<folder>/starter.mjs`, `<folder>/runtimes/*` (one wrapper per language,
 * a single file each) and `<folder>/accounts/*`. `workerFolder` is the source folder of the worker.
 */
export async function bundleRuntimes(folder: string, workerFolder: string): Promise<void> {
  const { build } = await import('esbuild');
  const runtimes = path.join(folder, 'runtimes');
  const accounts = path.join(folder, 'accounts');
  for (const name of [runtimes, accounts]) mkdirSync(name, { recursive: true });
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
    build({ ...common, entryPoints: [source('sandbox/starter.ts')], outfile: path.join(folder, 'starter.mjs') }),
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
  for (const [name, text] of Object.entries(ACCOUNTS)) writeFileSync(path.join(accounts, name), text);
  for (const name of [folder, runtimes, accounts]) chmodSync(name, 0o755);
}

const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
