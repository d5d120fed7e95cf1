import http from 'node:http';
import next from 'next';
import { endpoints } from '@/api/route-table';
import { createRouter } from '@/api/router';
import { createApi } from '@/api/serve';
import { closeStreams } from '@/api/sse';
import { flushAudit } from '@/core/audit/commands';
import { messageOf } from '@/core/errors';
import { ledgerFeed } from '@/core/ledger/live';
import { closeDatabase } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { openLog } from '@/core/platform/log';
import { withPageStatus } from '@/core/platform/page-status';
import { bootstrap } from './bootstrap';
import { preparePageRequest } from './page-headers';
import { answeredUnavailable } from './unavailable';

const STOP_AFTER_MS = 700;

const log = openLog('web');
const isDevelopment = process.argv.includes('--dev');

/** One server for both: the API from our own table, everything else from Next. */
async function start(): Promise<void> {
  const { PORT, HOST, BASE_URL } = env();
  const pages = next({ dev: isDevelopment, dir: process.cwd(), hostname: HOST, port: PORT, quiet: !isDevelopment });
  const handlePage = pages.getRequestHandler();
  const api = createApi(createRouter(endpoints), log);
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error, path: request.url }, 'request failed');
      response.destroy();
    });
  });
  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (await api.handle(request, response)) return;
    if (await answeredUnavailable(request, response)) return;
    preparePageRequest(request, response, isDevelopment);
    // Within a page Next's client takes any other status than 200 for a failure.
    if (request.headers.rsc !== undefined) await handlePage(request, response);
    else await withPageStatus(response, () => handlePage(request, response));
  }
  // A reader who sends his headers byte by byte holds a connection for 20 s at most.
  server.headersTimeout = 20_000;
  // Longer than proxies keep a connection for its next request: closed from here, it would take that request with it.
  server.keepAliveTimeout = 130_000;
  // Waiting requests and live pages hear the ledger through this one connection; it reconnects by itself.
  void ledgerFeed((sentence) => log.warn(sentence)).open();
  await pages.prepare();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(PORT, HOST, resolve);
  });
  log.info(`listening on ${HOST}:${PORT}, for browsers at ${BASE_URL}`);
  stopOnSignal(server, () => pages.close());
  await bootstrap(log);
}

/** Streams first, because they never end by themselves; then what is under way gets a moment. */
function stopOnSignal(server: http.Server, closePages: () => Promise<void>): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    closeStreams();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), STOP_AFTER_MS).unref();
    await closed;
    await flushAudit().catch((error: unknown) => log.error(`the audit's last lines were lost: ${messageOf(error)}`));
    await Promise.allSettled([closePages(), ledgerFeed().close(), closeDatabase()]);
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

start().catch((error: unknown) => {
  log.error(`the web process could not start: ${messageOf(error)}`);
  process.exit(1);
});
