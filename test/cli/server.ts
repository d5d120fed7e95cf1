import http from 'node:http';
import { endpoints } from '@/api/route-table';
import { createRouter } from '@/api/router';
import { createApi } from '@/api/serve';
import { ledgerFeed } from '@/core/ledger/live';

/** A request as the server saw it. */
export interface Exchange {
  readonly method: string;
  /** below /api, without query */
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  /** nothing in the route table fits */
  readonly isUnrouted: boolean;
}

export interface RecordedServer {
  readonly base: string;
  /** Everything that was asked since the last call. */
  takeExchanges(): Exchange[];
  /** what the server logged as its own fault */
  readonly errors: unknown[];
  /** Ends every connection, and each new one at once, until `resume`: what clients see of a restart. */
  interrupt(): { refusals(): number; resume(): void };
  close(): Promise<void>;
}

/** The API alone, on a free port, with a list of what was asked of it. */
export async function startRecordedServer(): Promise<RecordedServer> {
  const errors: unknown[] = [];
  const router = createRouter(endpoints);
  const api = createApi(router, { error: (...args: unknown[]) => void errors.push(args) });
  let exchanges: Exchange[] = [];
  const server = http.createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const method = request.method ?? '';
    response.once('finish', () => {
      exchanges.push({
        method,
        path: path.slice('/api'.length),
        status: response.statusCode,
        contentType: String(response.getHeader('content-type') ?? ''),
        isUnrouted: router.match(method, path.slice('/api'.length)).kind === 'none',
      });
    });
    void api.handle(request, response).then((isOurs) => {
      if (!isOurs) response.writeHead(404, { 'content-type': 'text/html' }).end('<html>a page</html>');
    });
  });
  // A client that reuses a connection must not meet a server that is just closing it.
  server.keepAliveTimeout = 0;
  await ledgerFeed().open();
  let isInterrupted = false;
  let refusals = 0;
  server.on('connection', (socket) => {
    if (!isInterrupted) return;
    refusals += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    base: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    errors,
    takeExchanges() {
      const taken = exchanges;
      exchanges = [];
      return taken;
    },
    interrupt() {
      isInterrupted = true;
      server.closeAllConnections();
      return {
        refusals: () => refusals,
        resume: () => {
          isInterrupted = false;
        },
      };
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await ledgerFeed().close();
    },
  };
}
