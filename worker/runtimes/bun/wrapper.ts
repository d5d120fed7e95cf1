/** Runs TypeScript jobs in bun, inside a sandbox. */
import { host } from '@/worker/runtimes/bun/host';
import { scriptCaller, warmUp } from '@/worker/runtimes/typescript/script';
import { serve } from '@/worker/runtimes/typescript/serve';

await serve(host, scriptCaller(), warmUp);
