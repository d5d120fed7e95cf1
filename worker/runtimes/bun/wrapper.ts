/** Runs TypeScript jobs in bun, inside a sandbox. */
import { host } from '@/worker/runtimes/bun/host';
import { scriptCaller, warmUp } from '@/worker/runtimes/typescript/script';
import { serve } from '@/worker/runtimes/typescript/serve';

// Not awaited: a runtime that waits here would not notice that nothing is left to wait for.
void serve(host, scriptCaller(), warmUp);
