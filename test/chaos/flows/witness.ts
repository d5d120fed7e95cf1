import http from 'node:http';

export interface FlowWitness {
  readonly port: number;
  /** how often any step's code was begun, and which of those were told to fail */
  readonly begun: () => number;
  readonly failed: () => number;
  /** the jobs whose code has said that it ended */
  readonly ended: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Hears from steps over HTTP, and tells the first try of each flow's `flaky` step to fail. */
export async function startFlowWitness(): Promise<FlowWitness> {
  let begun = 0;
  let failed = 0;
  const told = new Set<string>();
  const ended = new Set<string>();
  const server = http.createServer((request, response) => {
    const [, job = '', , phase = '', flow = '', step = ''] = (request.url ?? '').split('/');
    if (phase === 'end') ended.add(job);
    if (phase !== 'begin') return void response.end('seen');
    begun += 1;
    const isFirst = step === 'flaky' && !told.has(flow);
    if (isFirst) {
      told.add(flow);
      failed += 1;
    }
    response.end(isFirst ? 'fail' : 'go');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    begun: () => begun,
    failed: () => failed,
    ended,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
