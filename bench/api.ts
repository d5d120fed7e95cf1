import http from 'node:http';
import { endpoints } from '@/api/route-table';
import { createRouter } from '@/api/router';
import { createApi } from '@/api/serve';
import { ledgerFeed } from '@/core/ledger/live';
import { env } from '@/core/platform/env';
import { openLog } from '@/core/platform/log';

/** The web process without its pages, for when they are not built: the same API on the same kind of server. */
const log = openLog('api');
const api = createApi(createRouter(endpoints), log);
const server = http.createServer(async (request, response) => {
  if (!(await api.handle(request, response))) response.writeHead(404).end();
});
void ledgerFeed((sentence) => log.warn(sentence)).open();
server.listen(env().PORT, env().HOST, () => log.info(`listening on ${env().HOST}:${env().PORT}`));
process.on('SIGTERM', () => process.exit(0));
