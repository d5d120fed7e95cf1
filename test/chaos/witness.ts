import http from 'node:http';

export interface Sighting {
  readonly jobId: string;
  readonly attempt: number;
  readonly phase: string;
  readonly atMs: number;
}

/** Hears from running jobs over HTTP what they do: knowledge that does not pass through the product or its database. */
export interface Witness {
  readonly port: number;
  readonly sightings: readonly Sighting[];
  /** How often the job's code was begun. */
  begun(jobId: string): number;
  close(): Promise<void>;
}

export async function startWitness(): Promise<Witness> {
  const sightings: Sighting[] = [];
  const server = http.createServer((request, response) => {
    const [, jobId = '', attempt = '', phase = ''] = (request.url ?? '').split('/');
    sightings.push({ jobId, attempt: Number(attempt), phase, atMs: Date.now() });
    response.end('seen');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    sightings,
    begun: (jobId) => sightings.filter((one) => one.jobId === jobId && one.phase === 'begin').length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
