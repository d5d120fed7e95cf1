/** A running product, as one person. */
export interface Instance {
  readonly base: string;
  readonly workspace: string;
  readonly token: string;
  /** a second member, for questions that the first may not answer; null: none is there */
  readonly otherToken: string | null;
  /** a postgres resource as an argument takes it; null: no SQL is run */
  readonly pgResource: unknown;
  close(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** One request below /api; the body is JSON. `token` null: as nobody. */
export async function ask(
  instance: Instance,
  method: string,
  path: string,
  body?: unknown,
  token: string | null = instance.token,
): Promise<Reply> {
  const response = await fetch(`${instance.base}/api${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** The same within the workspace; throws for every answer that is not a success. */
export async function call(instance: Instance, method: string, path: string, body?: unknown): Promise<string> {
  const { status, text } = await ask(instance, method, `/w/${instance.workspace}${path}`, body);
  if (status < 200 || status > 299) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 500)}`);
  return text;
}

/** JSON with whole numbers that JavaScript cannot hold kept as they are written. */
export const parsePrecise = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded && /^-?\d+$/.test(context?.source ?? '') ? rawJson(context?.source ?? '') : value;
  });

/** Writes as the text itself. Newer than the types of the language. */
const rawJson = (source: string): unknown => {
  const make: unknown = Reflect.get(JSON, 'rawJSON');
  return typeof make === 'function' ? make.call(JSON, source) : Number(source);
};

export const callJson = async (instance: Instance, method: string, path: string, body?: unknown): Promise<unknown> =>
  parsePrecise(await call(instance, method, path, body));

/** How a run ended. */
export interface Ended {
  readonly id: string;
  readonly isSuccess: boolean;
  readonly result: unknown;
}

const PATIENCE_MS = 120_000;
const PAUSE_MS = 100;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Asks again and again until `look` answers something else than undefined. */
export async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

export async function endOf(instance: Instance, id: string): Promise<Ended> {
  return until(`The run ${id} ends`, async () => {
    const maybe = await callJson(instance, 'GET', `/jobs_u/completed/get_result_maybe/${id}`);
    if (!isObject(maybe) || maybe.completed !== true) return undefined;
    return { id, isSuccess: maybe.success === true, result: maybe.result ?? null };
  });
}
