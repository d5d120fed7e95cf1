import http from 'node:http';
import { endpoints } from '@/api/route-table';
import { createRouter } from '@/api/router';
import { createApi } from '@/api/serve';
import type { WorkspaceActor } from '@/core/access/model';
import { newId } from '@/core/ids';
import type { JobFilter } from '@/core/job/filter';
import { listJobs } from '@/core/job/list/queries';
import { claimJobs } from '@/core/ledger/claim';
import { Settler } from '@/core/ledger/settle';
import { submitJobs } from '@/core/ledger/submit';
import { closeDatabase } from '@/core/platform/db';
import { makePerson } from '@/test/api';
import { newJob } from '@/test/jobs';

/** Measures one database's claims and lists when it is asked to; the parent has one probe for each size of history. */
const WORKSPACE = 'bench';

const actor: WorkspaceActor = {
  userId: '00000000-0000-7000-8000-000000000001',
  email: 'bench@example.com',
  username: 'bench',
  isInstanceAdmin: false,
  workspaceId: WORKSPACE,
  role: 'admin',
  groups: ['all'],
  managedGroups: [],
  folders: {},
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'bench',
};

const FILTERS: Readonly<Record<string, JobFilter>> = {
  list: {},
  failed: { states: ['failed'] },
  path: { path: 'f/finance/refund_3' },
  creator: { createdBy: 'ada' },
  group: { tag: 'heavy' },
  day: { createdAfterMs: Date.now() - 86_400_000 },
  running: { states: ['queued', 'running'] },
};

async function timed(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedMs = performance.now();
    await work();
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
}

async function claims(count: number): Promise<number[]> {
  await submitJobs(Array.from({ length: count }, () => newJob({ id: newId(), workspaceId: WORKSPACE, tag: 'claims' })));
  const settler = new Settler('probe', () => [], 1);
  const tookMs: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedMs = performance.now();
    const [job] = await claimJobs('probe', ['claims'], 1);
    tookMs.push(performance.now() - startedMs);
    if (job === undefined) throw new Error('Nothing to claim.');
    await settler.settle({
      end: {
        jobId: job.id,
        leaseToken: job.leaseToken,
        outcome: 'succeeded',
        resultJson: 'null',
        reason: 'Succeeded.',
        worker: 'probe',
        workerGroup: 'claims',
        memPeakKb: null,
        cancelledBy: null,
        labels: [],
        log: null,
      },
      wantsNext: false,
    });
  }
  return tookMs;
}

/** The API on this database; answers its port and a token. */
async function serve(): Promise<{ port: number; token: string }> {
  const { token } = await makePerson('lister', { isInstanceAdmin: true });
  const api = createApi(createRouter(endpoints), console);
  const server = http.createServer((request, response) => void api.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, token };
}

process.on('message', async (message) => {
  const { what, count } = message as { what: string; count: number };
  if (what === 'end') {
    await closeDatabase();
    process.exit(0);
  }
  if (what === 'serve') {
    process.send?.(await serve());
    return;
  }
  const filter = FILTERS[what];
  const page = { perPage: 50, after: null, offset: 0, isOldestFirst: false };
  const tookMs =
    what === 'claim'
      ? await claims(count)
      : await timed(count, () => listJobs(actor, { filter: filter ?? {}, ...page }));
  process.send?.(tookMs);
});
