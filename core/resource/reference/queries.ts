import type { Actor } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { FantailError } from '@/core/errors';
import { nameOf } from '@/core/path';
import { prepared } from '@/core/platform/db';
import { decryptValue } from '@/core/platform/secrets';
import { isRawNumber, parsePrecise } from '@/core/precise-json';
import type { Args, JsonValue } from '@/core/schema/model';
import { maskedIn, parseReference, pickReference } from '../rules';
import { storedSchemaOf } from '../type/model';

/** Resources may refer to others, but not without end. */
const MAX_DEPTH = 8;

interface FoundRow {
  path: string;
  ciphertext: string;
  wrapped_key: string;
  resource_type: string | null;
  schema: unknown;
  is_secret: boolean | null;
}

const RESOURCES = `SELECT r.path, r.ciphertext, r.resource_type, NULL::boolean AS is_secret, t.schema, w.wrapped_key
  FROM resource r JOIN workspace w ON w.id = r.workspace_id
  LEFT JOIN resource_type t ON t.workspace_id = r.workspace_id AND t.name = r.resource_type
  WHERE r.workspace_id = $1 AND (r.path = $2 OR r.path = 'g/all/' || $2 OR right(r.path, length($3) + 1) = '/' || $3)`;

const VARIABLES = `SELECT v.path, v.ciphertext, NULL AS resource_type, v.is_secret, NULL::jsonb AS schema, w.wrapped_key
  FROM variable v JOIN workspace w ON w.id = v.workspace_id
  WHERE v.workspace_id = $1 AND (v.path = $2 OR v.path = 'g/all/' || $2 OR right(v.path, length($3) + 1) = '/' || $3)`;

/** Who was last at each path that the name may mean, and where he is now; not those who were deleted there. */
const moved = (kind: 'resource' | 'variable') => `SELECT last.path AS old_path, live.path AS new_path FROM (
    SELECT DISTINCT ON (path) path, lineage, change FROM value_version
    WHERE workspace_id = $1 AND kind = '${kind}'
      AND (path = $2 OR path = 'g/all/' || $2 OR right(path, length($3) + 1) = '/' || $3)
    ORDER BY path, created_at DESC, number DESC) last
  JOIN ${kind} live ON live.lineage = last.lineage AND live.workspace_id = $1
  WHERE last.change <> 'deleted' AND live.path <> last.path`;

/**
 * Where what the name meant was moved to; null when it meant nothing, or one who may not read it there. What waited
 * when something moved goes on to find it: jobs in the queue, runs of flows, and texts that the mover could not rewrite.
 */
async function newPathOf(
  kind: 'resource' | 'variable',
  name: string,
  actor: Actor,
  workspaceId: string,
): Promise<string | null> {
  const found = await prepared<{ old_path: string; new_path: string }>(`${kind}_moved`, moved(kind), [
    workspaceId,
    name,
    nameOf(name),
  ]);
  const readable = found.filter(({ new_path: path }) => can(actor, `${kind}:read`, { kind: 'path', path }).isAllowed);
  const oldPaths = readable.map(({ old_path }) => old_path);
  const pick = pickReference(name, oldPaths);
  return readable.find(({ old_path }) => pick.kind === 'found' && old_path === pick.path)?.new_path ?? null;
}

export interface ResolvedArgs {
  readonly args: Args;
  /** every text that must not be shown: hand it to the masker of the job's log and result */
  readonly secrets: readonly string[];
}

interface Question {
  readonly workspaceId: string;
  /** whose rights decide; asked only when there is something to resolve */
  readonly findActor: () => Promise<Actor>;
}

interface Found {
  readonly path: string;
  readonly value: JsonValue;
  readonly secrets: readonly string[];
}

/** Replaces references in one set of arguments. Each reference is read once, however often it occurs. */
class Resolver {
  private actor: Promise<Actor> | null = null;
  private readonly found = new Map<string, Promise<Found>>();
  readonly secrets = new Set<string>();

  constructor(private readonly question: Question) {}

  /** `trail` is the way of references that led here. */
  async replace(value: JsonValue, trail: readonly string[]): Promise<JsonValue> {
    if (isRawNumber(value)) return value;
    if (typeof value === 'string') return this.replaceText(value, trail);
    if (Array.isArray(value)) return this.replaceAll(value, trail);
    if (typeof value !== 'object' || value === null) return value;
    const names = Object.keys(value);
    const values = await this.replaceAll(Object.values(value), trail);
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]));
  }

  private async replaceAll(values: readonly JsonValue[], trail: readonly string[]): Promise<JsonValue[]> {
    const replaced: JsonValue[] = [];
    for (const value of values) replaced.push(await this.replace(value, trail));
    return replaced;
  }

  private async replaceText(text: string, trail: readonly string[]): Promise<JsonValue> {
    const reference = parseReference(text);
    if (reference === null) return text;
    const { kind, name } = reference;
    const key = `${kind} ${name}`;
    const known = this.found.get(key) ?? this.read(kind, name, trail);
    this.found.set(key, known);
    const { path, value, secrets } = await known;
    const step = `${kind === 'resource' ? '$res' : '$var'}:${path}`;
    if (trail.includes(step)) {
      throw new FantailError(
        'bad_request',
        `${[...trail, step].join(' → ')} refers to itself. Break the circle in one of them.`,
      );
    }
    if (trail.length >= MAX_DEPTH) {
      throw new FantailError('bad_request', `${trail.join(' → ')} goes on for more than ${MAX_DEPTH} references.`);
    }
    for (const secret of secrets) this.secrets.add(secret);
    // The value of a variable is text and stays what it is; resources may be made of others.
    return kind === 'resource' ? this.replace(value, [...trail, step]) : value;
  }

  private async read(kind: 'resource' | 'variable', name: string, trail: readonly string[]): Promise<Found> {
    this.actor ??= this.question.findActor();
    const actor = await this.actor;
    const { workspaceId } = this.question;
    const statement = kind === 'resource' ? RESOURCES : VARIABLES;
    const rows = await prepared<FoundRow>(`${kind}_references`, statement, [workspaceId, name, nameOf(name)]);
    const readable = rows.filter((row) => can(actor, `${kind}:read`, { kind: 'path', path: row.path }).isAllowed);
    const paths = readable.map(({ path }) => path);
    const pick = pickReference(name, paths);
    if (pick.kind === 'several') throw ambiguous(kind, name, pick.paths);
    if (pick.kind === 'none') {
      const path = await newPathOf(kind, name, actor, workspaceId);
      if (path === null) throw missing(kind, name, paths, actor, trail);
      return this.read(kind, path, trail);
    }
    const row = readable.find(({ path }) => path === pick.path);
    if (row === undefined) throw missing(kind, name, paths, actor, trail);
    const place = { workspaceId, wrappedKey: row.wrapped_key, kind, path: row.path } as const;
    const plain = decryptValue(place, row.ciphertext);
    if (kind === 'variable') return { path: row.path, value: plain, secrets: row.is_secret === false ? [] : [plain] };
    const value: JsonValue = JSON.parse(plain);
    return { path: row.path, value, secrets: maskedIn(value, storedSchemaOf(row.resource_type, row.schema)) };
  }
}

const written = (kind: string, name: string) => `${kind === 'resource' ? '$res' : '$var'}:${name}`;

function ambiguous(kind: string, name: string, paths: readonly string[]): FantailError {
  const sentence = `${written(kind, name)} could be any of ${paths.join(', ')}. Write the whole path of the one you mean.`;
  return new FantailError('bad_request', sentence);
}

/** What was asked for itself is not found; what an existing value refers to makes that value wrong. */
function missing(
  kind: string,
  name: string,
  near: readonly string[],
  actor: Actor,
  trail: readonly string[],
): FantailError {
  const hint = near.length > 0 ? ` There is ${near.join(', ')}.` : '';
  const what = written(kind, name);
  const sentence = `${what} was not found: there is no ${kind} ${name} that u/${actor.username} may read.${hint}`;
  return new FantailError(trail.length === 0 ? 'not_found' : 'bad_request', sentence);
}

/** Arguments as their job gets them; numbers that were kept as they were written count as values like any other. */
const isArgs = (value: unknown): value is Args => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseArgs(json: string): Args {
  const parsed = parsePrecise(json);
  if (isArgs(parsed)) return parsed;
  throw new FantailError('bad_request', 'The arguments of a job are a JSON object.');
}

/** No reference can be in a text that has neither prefix; the escape is another way to write the dollar in JSON. */
const mayRefer = (json: string): boolean => /\$(?:res|var):|\\u0024/.test(json);

/**
 * The arguments of a job with `$res:` and `$var:` replaced by their values, wherever they stand and also inside the
 * values of resources. Rights are those of the actor whom `findActor` answers (a worker hands in
 * `() => findActor({ kind: 'token', text: jobToken(job.id) }, job.workspaceId)`); without references nothing is read.
 * Throws `not_found` with the missing path, `bad_request` with the candidates, the circle or the broken link.
 */
export async function resolveReferences(argsJson: string, question: Question): Promise<ResolvedArgs> {
  const args = parseArgs(argsJson);
  if (!mayRefer(argsJson)) return { args, secrets: [] };
  const { value, secrets } = await resolveValue(args, question);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { args, secrets };
  return { args: value, secrets };
}

/** The same for any value: what `resources/get_value_interpolated` answers. */
export async function resolveValue(
  value: JsonValue,
  question: Question,
): Promise<{ readonly value: JsonValue; readonly secrets: readonly string[] }> {
  const resolver = new Resolver(question);
  const replaced = await resolver.replace(value, []);
  return { value: replaced, secrets: [...resolver.secrets] };
}

/**
 * Values for names that code leaves open, each from the one variable of that name; a name without a variable, or with
 * several, is left out. Rights as for references.
 */
export async function variablesFor(names: readonly string[], question: Question): Promise<ResolvedArgs> {
  if (names.length === 0) return { args: {}, secrets: [] };
  const found = await prepared<{ path: string }>(
    'variables_of_names',
    `SELECT path FROM variable WHERE workspace_id = $1 AND substring(path from '[^/]+$') = ANY ($2)`,
    [question.workspaceId, names],
  );
  const paths = found.map(({ path }) => path);
  const open = names.filter((name) => pickReference(name, paths).kind === 'found');
  return resolveReferences(JSON.stringify(Object.fromEntries(open.map((name) => [name, `$var:${name}`]))), question);
}
