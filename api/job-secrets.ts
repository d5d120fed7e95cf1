import type { Actor } from '@/core/access/model';
import { announceRead } from '@/core/job/secret/commands';
import { resolveValue } from '@/core/resource/reference/queries';
import type { JsonValue } from '@/core/schema/model';
import type { Answer } from './answer';
import type { Endpoint } from './endpoint';

const VALUE_OF = { 'resource:read': '$res:', 'variable:read': '$var:' } as const;

/** Every text in a JSON value. */
function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** The value in an answer: of one that describes an item, what its key `value` holds; else all of it. */
function shownValue(body: string): JsonValue {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(body);
  } catch {
    return body;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return parsed;
  return 'workspace_id' in parsed ? (parsed.value ?? null) : parsed;
}

/**
 * What of an answer its job must not show: the secrets of the value as it is now. When the value changed between the
 * answer and this look, or the answer is older ones, every text in it.
 */
async function secretsOf(
  actor: Actor & { workspaceId: string },
  reference: string,
  body: string,
): Promise<readonly string[]> {
  const value = shownValue(body);
  const question = { workspaceId: actor.workspaceId, findActor: async () => actor };
  const plain = await resolveValue(reference, question).catch(() => null);
  const known = new Set(plain === null ? [] : [...plain.secrets, ...textsIn(plain.value)]);
  const isSame = plain !== null && textsIn(value).every((text) => known.has(text) || /^\$(res|var):/.test(text));
  return isSame ? plain.secrets : [...(plain?.secrets ?? []), ...textsIn(value)];
}

/**
 * A job gets a variable or a resource only when its worker masks what is secret in it, so that printing it shows nothing;
 * and any answer only when its worker knows that the result was made with the rights of one person.
 */
export async function beforeJobReads(
  actor: Actor | null,
  endpoint: Pick<Endpoint, 'access'>,
  params: Readonly<Record<string, string>>,
  answer: Answer,
): Promise<void> {
  if (actor === null || actor.via !== 'job' || actor.workspaceId === null) return;
  const { workspaceId } = actor;
  const secrets = await secretsRead({ ...actor, workspaceId }, endpoint, params.path, answer);
  await announceRead(workspaceId, actor.credential.replace(/^job /, ''), secrets);
}

async function secretsRead(
  actor: Actor & { workspaceId: string },
  { access }: Pick<Endpoint, 'access'>,
  path: string | undefined,
  { body }: Answer,
): Promise<readonly string[]> {
  // Lists show no secrets.
  if (typeof body !== 'string' || path === undefined) return [];
  if (access !== 'resource:read' && access !== 'variable:read') return [];
  return secretsOf(actor, `${VALUE_OF[access]}${path}`, body);
}
