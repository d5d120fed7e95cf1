import http from 'node:http';
import type { Endpoint } from '@/api/endpoint';
import { endpoints } from '@/api/route-table';
import { createRouter } from '@/api/router';
import { createApi } from '@/api/serve';
import type { Role } from '@/core/access/model';
import { createLoginToken } from '@/core/access/token/commands';
import { createPerson } from '@/core/access/user/commands';
import { rows } from '@/core/platform/db';
import { createWorkspace } from '@/core/workspace/commands';
import { addMember } from '@/core/workspace/member/commands';

export interface TestApi {
  readonly base: string;
  /** requests as somebody: his token goes along, bodies are JSON */
  as(
    person: TestPerson | null,
  ): (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** what was logged as an error, newest last */
  readonly errors: unknown[];
  close(): Promise<void>;
}

export interface TestPerson {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly token: string;
}

/** The API's own server on a free port, without pages. */
export async function startApi(extra: readonly Endpoint[] = []): Promise<TestApi> {
  const errors: unknown[] = [];
  const api = createApi(createRouter([...endpoints, ...extra]), {
    error: (...args: unknown[]) => void errors.push(args),
  });
  const server = http.createServer(async (request, response) => {
    if (!(await api.handle(request, response))) response.writeHead(404).end('a page');
  });
  // A client that reuses a connection must not meet a server that is just closing it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    base,
    errors,
    as: (person) => (method, path, body, headers) =>
      fetch(`${base}/api${path}`, {
        method,
        headers: {
          ...(person === null ? {} : { authorization: `Bearer ${person.token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A person with an account and a token, quickly: without a password, whose hash takes half a second. */
export async function makePerson(
  username: string,
  options: { isInstanceAdmin?: boolean; password?: string } = {},
): Promise<TestPerson> {
  const email = `${username}@example.com`;
  let id: string;
  if (options.password !== undefined) {
    id = await createPerson(
      { email, username, name: username, password: options.password },
      options.isInstanceAdmin ?? false,
    );
  } else {
    const made = await rows<{ id: string }>(
      `INSERT INTO user_account (id, email, username, name, is_instance_admin)
       VALUES (gen_random_uuid(), $1, $2, $2, $3) RETURNING id`,
      [email, username, options.isInstanceAdmin ?? false],
    );
    id = made[0]?.id ?? '';
  }
  return { id, email, username, token: await createLoginToken(id, Date.now()) };
}

/** A workspace of `admin` with the people given as its members. */
export async function makeWorkspace(
  id: string,
  admin: TestPerson,
  members: readonly (readonly [TestPerson, Role])[] = [],
): Promise<void> {
  await createWorkspace({ userId: admin.id, email: admin.email }, { id, name: id });
  for (const [person, role] of members) await addMember(id, { email: person.email, name: person.username, role });
}
