/** Runs TypeScript jobs in bun, inside a sandbox. */
import { host, watchOutput, writeFile } from '@/worker/runtimes/bun/host';
import { scriptCaller } from '@/worker/runtimes/typescript/script';
import { serve } from '@/worker/runtimes/typescript/serve';

const call = scriptCaller({
  folder: process.cwd(),
  writeFile,
  link: async (target, file) => (await import('node:fs')).symlinkSync(target, file),
  makeFolder: async (folder) => (await import('node:fs')).mkdirSync(folder),
  namesIn: async (folder) => (await import('node:fs')).readdirSync(folder),
});

// Not awaited: a runtime that waits here would not notice that nothing is left to wait for.
void serve(host, (job, tellArgs) => {
  if (job.content !== null) watchOutput(job.dependencies !== null || /std(?:out|err)/.test(job.content));
  return call(job, tellArgs);
});
