// Before anything else of Next, which looks for this global when it is first loaded.
import 'next/dist/server/node-environment-baseline';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { NextRequest } from 'next/server';
import { endpoints } from '@/api/route-table';
import { createRouter } from '@/api/router';
import { createApi } from '@/api/serve';
import { signInSentence } from '@/app/_session/sign-in-words';
import { GET, POST } from '@/app/api/auth/[...nextauth]/route';
import { isBuilt } from '@/launcher/build.mjs';
import { testEnvironment } from '@/test/environment';
import { startProcess } from '@/test/process';
import { preparePageRequest } from '@/web/page-headers';
import { inRequestScope } from './request-scope';

/** The site that people sign in to. */
export interface Site {
  close(): Promise<unknown>;
}

/** A port that was free a moment ago: the site's address is part of its settings, so it is chosen first. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/**
 * The web process itself where the pages are built from the present sources; else (a fresh clone builds them after
 * these tests) the same handlers on a server of this process. `settings` are those of the site's environment.
 */
export async function startSite(databaseUrl: string, settings: Record<string, string>, port: number): Promise<Site> {
  return isBuilt() ? startWebProcess(databaseUrl, settings, port) : startHandlers(port);
}

async function startWebProcess(databaseUrl: string, settings: Record<string, string>, port: number): Promise<Site> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-oauth-'));
  const web = startProcess('dist/web.mjs', {
    ...testEnvironment(databaseUrl),
    ...settings,
    NODE_ENV: 'production',
    MODE: 'server',
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_FOLDER: folder,
    // As the launcher starts it.
    AUTH_TRUST_HOST: '1',
  });
  await web.said(/Fantail is ready/, 60_000);
  return {
    async close() {
      await web.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startHandlers(port: number): Promise<Site> {
  process.env.AUTH_TRUST_HOST = '1';
  const api = createApi(createRouter(endpoints), console);
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (await api.handle(request, response)) return;
    preparePageRequest(request, response, false);
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (url.pathname.startsWith('/api/auth/')) return answerAuth(request, url, response);
    const sentence = signInSentence(url.searchParams.get('error') ?? undefined);
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(sentence ?? 'a page');
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answerAuth(request: http.IncomingMessage, url: URL, response: http.ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const headers = new Headers(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const method = request.method ?? 'GET';
  const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
  const asked = new NextRequest(url, { method, headers, ...body });
  const nextauth = url.pathname.slice('/api/auth/'.length).split('/');
  const handle = method === 'POST' ? POST : GET;
  const answer = await inRequestScope(asked, () => handle(asked, { params: Promise.resolve({ nextauth }) }));
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value);
  response.setHeader('set-cookie', answer.headers.getSetCookie());
  response.end(Buffer.from(await answer.arrayBuffer()));
}
