import http from 'node:http';

/** What the guide's flows talk to: a registry, a service, an API and a chat. */
export interface World {
  readonly base: string;
  /** texts that were posted to the chat */
  readonly chat: string[];
  /** answers of the API from now on; the last one stays */
  answerWith(...statuses: readonly number[]): void;
  /** requests that the API got */
  readonly calls: { readonly authorization: string }[];
  close(): Promise<void>;
}

const ITEMS = JSON.stringify({ items: [1, 2, 3] });

export async function startWorld(): Promise<World> {
  const chat: string[] = [];
  const calls: { authorization: string }[] = [];
  let statuses: readonly number[] = [200];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (pathname === '/chat') {
      chat.push(String(JSON.parse(body).text));
      response.end('ok');
    } else if (pathname === '/v2/api/manifests/1.2.3') response.end();
    else if (pathname === '/service/health') response.end('{"status":"ok"}');
    else if (pathname === '/data') {
      calls.push({ authorization: request.headers.authorization ?? '' });
      const [status = 200, ...rest] = statuses;
      if (rest.length > 0) statuses = rest;
      response.writeHead(status).end(status === 200 ? ITEMS : 'no');
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    base: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    chat,
    calls,
    answerWith: (...next) => {
      statuses = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
