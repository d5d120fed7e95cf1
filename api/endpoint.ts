import type { z } from 'zod';
import { type AccessObject, type Action, type Actor, NO_OBJECT, type WorkspaceActor } from '@/core/access/model';
import { badRequest } from '@/core/errors';
import type { RunnableVersion } from '@/core/script/model';
import type { Answer } from './answer';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How a request's body may come. `json-in-text` reads text/plain as JSON: some official calls send no type of their own. */
export type BodyKind = 'json' | 'json-in-text' | 'form' | 'text' | 'bytes';

/** What is known of a request besides its inputs. Nothing in it is proof of anything. */
export interface RequestFacts {
  readonly method: string;
  /** path without query, as it was sent */
  readonly path: string;
  readonly queryString: string;
  /** who calls: the peer, or whom a proxy of TRUSTED_PROXIES says that it was called by */
  readonly ip: string;
  readonly userAgent: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** sent by our own pages: errors are answered as JSON */
  readonly isPage: boolean;
}

/** What the audit should say beyond the endpoint's own name. */
export interface AuditNote {
  readonly object?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Reads that an endpoint begins while the gate is still asking who it is; nothing of them is used if he may not. */
export interface Ahead {
  readonly liveVersion: Promise<RunnableVersion | null>;
}

export interface Context<AnyActor, Params, Query, Body> {
  readonly actor: AnyActor;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** the body as it was sent; '' without one */
  readonly rawBody: string;
  readonly bodyKind: BodyKind | 'none';
  readonly request: RequestFacts;
  readonly ahead: Ahead | null;
  /** aborted when the client leaves before the answer is complete, or the server stops */
  readonly signal: AbortSignal;
  readonly note: (note: AuditNote) => void;
}

type Names<Path extends string> = Path extends `${infer Head}/${infer Rest}`
  ? Names<Head> | Names<Rest>
  : Path extends `:${infer Name}`
    ? Name
    : Path extends `*${infer Name}`
      ? Name
      : never;

/** The parameters that a path names: `/w/:workspace/get/*path` has `workspace` and `path`. */
export type ParamsOf<Path extends string> = { readonly [Name in Names<Path>]: string };

type ActorOf<Path extends string, Access> = Access extends 'public'
  ? null
  : Path extends `/w/:workspace/${string}`
    ? WorkspaceActor
    : Actor;

type Parsed<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;

/**
 * When the audit row is written: before the answer; soon after it, with others (hot paths); only of what is refused (the
 * core writes what is done, with what it learned); or never (nothing changes).
 */
export type AuditMode = 'before answer' | 'batched' | 'refusals' | 'none';

interface Options {
  /** default 1 MiB */
  readonly maxBodyBytes?: number;
  /** default ['json'] */
  readonly accepts?: readonly BodyKind[];
  /** default: every method but GET */
  readonly isMutation?: boolean;
  /** default: 'before answer' for mutations */
  readonly audit?: AuditMode;
  /** `?token=` is a credential here (webhooks, event streams, reads of jobs) */
  readonly allowsQueryToken?: boolean;
  /** begins reads beside the gate, for paths where a millisecond counts; never a write */
  readonly ahead?: ((params: Readonly<Record<string, string>>) => Ahead) | null;
}

export interface Definition<
  Path extends string,
  Access extends Action | 'public',
  ParamsSchema extends z.ZodType | undefined,
  QuerySchema extends z.ZodType | undefined,
  BodySchema extends z.ZodType | undefined,
> extends Options {
  readonly method: Method;
  /** below /api: `/w/:workspace/scripts/get/p/*path`; `:name` is one segment, `*name` all that follow */
  readonly path: Path;
  /** `public` needs no sign-in and has no actor. Otherwise what one must be allowed to do. */
  readonly access: Access;
  readonly params?: ParamsSchema;
  readonly query?: QuerySchema;
  readonly body?: BodySchema;
  /** What the action is about, from the parsed inputs; without it, the handler's core call must check the object. */
  readonly object?: (
    input: {
      params: Parsed<ParamsSchema, ParamsOf<Path>>;
      query: Parsed<QuerySchema, Record<never, never>>;
      body: Parsed<BodySchema, undefined>;
    },
    actor: ActorOf<Path, Access>,
  ) => AccessObject;
  readonly handler: (
    context: Context<
      ActorOf<Path, Access>,
      Parsed<ParamsSchema, ParamsOf<Path>>,
      Parsed<QuerySchema, Record<never, never>>,
      Parsed<BodySchema, undefined>
    >,
  ) => Promise<Answer> | Answer;
}

/** The inputs of one request, not yet checked against the endpoint's schemas. */
export interface RawInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly body: unknown;
}

export type Surroundings = Pick<
  Context<never, never, never, never>,
  'rawBody' | 'bodyKind' | 'request' | 'signal' | 'note' | 'ahead'
>;

/** A request whose inputs are parsed: what it is about, and how to answer it. */
export interface OpenedRequest {
  readonly object: AccessObject;
  readonly run: (surroundings: Surroundings) => Promise<Answer>;
}

/** One entry of the route table; its types are inside `open`. */
export interface Endpoint extends Required<Options> {
  readonly method: Method;
  readonly path: string;
  readonly access: Action | 'public';
  readonly readsBody: boolean;
  /** false: the handler is trusted to check the object itself */
  readonly namesObject: boolean;
  /** what it takes, for the API's description of itself */
  readonly schemas: {
    readonly params: z.ZodType | undefined;
    readonly query: z.ZodType | undefined;
    readonly body: z.ZodType | undefined;
  };
  readonly open: (input: RawInput, actor: Actor | WorkspaceActor | null) => OpenedRequest;
}

const WHERE = { params: 'path', query: 'query', body: 'body' } as const;

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, place: keyof typeof WHERE): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const message = issue?.message ?? 'does not fit';
  // Our own messages go on from the name ("must be …"); zod's are sentences. Both name types and limits, never the value.
  const subject = field === '' ? `The ${WHERE[place]}` : `"${field}"`;
  const sentence = /^[a-z]/.test(message) ? `${subject} ${message}` : `${subject} is wrong: ${message}`;
  throw badRequest(sentence.endsWith('.') ? sentence : `${sentence}.`, field || undefined);
}

/**
 * Declares one endpoint: parse, gate and answer as data. The types of actor, params, query and body follow from the
 * path and the schemas.
 */
export function defineEndpoint<
  const Path extends string,
  const Access extends Action | 'public',
  ParamsSchema extends z.ZodType | undefined = undefined,
  QuerySchema extends z.ZodType | undefined = undefined,
  BodySchema extends z.ZodType | undefined = undefined,
>(definition: Definition<Path, Access, ParamsSchema, QuerySchema, BodySchema>): Endpoint {
  const isMutation = definition.isMutation ?? definition.method !== 'GET';
  type Opened = Definition<Path, Access, ParamsSchema, QuerySchema, BodySchema>;
  type Input = Parameters<NonNullable<Opened['object']>>[0];
  type ThisActor = ActorOf<Path, Access>;

  /** The one place where parsed values meet the types computed from the definition. */
  function typed(input: RawInput, actor: Actor | null): { input: Input; actor: ThisActor } {
    const { params, query, body } = definition;
    return {
      input: {
        params: params === undefined ? input.params : parse(params, input.params, 'params'),
        query: query === undefined ? {} : parse(query, input.query, 'query'),
        body: body === undefined ? undefined : parse(body, input.body, 'body'),
      } as Input,
      actor: actor as ThisActor,
    };
  }

  return {
    method: definition.method,
    path: definition.path,
    access: definition.access,
    isMutation,
    audit: definition.audit ?? (isMutation ? 'before answer' : 'none'),
    maxBodyBytes: definition.maxBodyBytes ?? 1024 * 1024,
    accepts: definition.accepts ?? ['json'],
    allowsQueryToken: definition.allowsQueryToken ?? false,
    ahead: definition.ahead ?? null,
    readsBody: definition.body !== undefined || definition.accepts !== undefined,
    namesObject: definition.object !== undefined,
    schemas: { params: definition.params, query: definition.query, body: definition.body },
    open(raw, anyActor) {
      const { input, actor } = typed(raw, anyActor);
      return {
        object: definition.object?.(input, actor) ?? NO_OBJECT,
        run: async (surroundings) => definition.handler({ ...surroundings, ...input, actor }),
      };
    },
  };
}
