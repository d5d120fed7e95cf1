import { messageOf } from '@/core/errors';
import { type ClaimedScript, type Language, languageNamed } from '@/core/job/model';
import type { JsonValue } from '@/core/schema/model';
import { modulesOf } from '@/core/script/model';
import { mayHaveDependencies } from '@/core/script/rules';
import { type Attempt, errorJson, failure, headline, succeed } from './attempt';
import type { JobLog } from './job-log';
import type { Dependencies } from './runtimes/dependencies';
import { treeOf, wholeText } from './script-tree';

type Resolve = (language: Language, content: string, path: string | null) => Promise<string>;

type JsonObject = { readonly [key: string]: JsonValue };

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A flow's definition with the lock of each script that stands in it, wherever it stands. */
async function withLocks(value: JsonValue, path: string | null, resolve: Resolve): Promise<JsonValue> {
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const item of value) items.push(await withLocks(item, path, resolve));
    return items;
  }
  if (!isObject(value)) return value;
  const entries: [string, JsonValue][] = [];
  for (const [key, item] of Object.entries(value)) {
    const isModule = isObject(item) && item.type === 'rawscript' && typeof value.id === 'string';
    const at = isModule && path !== null ? `${path}/${value.id}` : path;
    entries.push([key, isModule ? await withLock(item, at, resolve) : await withLocks(item, at, resolve)]);
  }
  return Object.fromEntries(entries);
}

async function withLock(script: JsonObject, path: string | null, resolve: Resolve): Promise<JsonValue> {
  const language = languageNamed(String(script.language));
  if (language === null || typeof script.content !== 'string') return script;
  const lock = mayHaveDependencies(language, script.content) ? await resolve(language, script.content, path) : '';
  return { ...script, lock };
}

/** What is to be resolved: a flow's definition, or one script with the files that come with it. */
function asked(
  argsJson: string,
): { readonly flow: JsonValue } | { readonly modules: Readonly<Record<string, string>> } {
  const args: JsonValue = JSON.parse(argsJson);
  if (!isObject(args)) return { modules: {} };
  return args.flow === undefined ? { modules: modulesOf(args.modules) } : { flow: args.flow };
}

/**
 * Resolves what a script imports, or all the scripts of a flow; the resolver's own words are the log, and the error when
 * it fails. The result is `{"lock": …}`, or `{"updated_flow_value": …}`.
 */
export async function resolveLocks(
  job: ClaimedScript,
  dependencies: Dependencies,
  log: JobLog,
  signal: AbortSignal,
): Promise<Attempt> {
  const say = (text: string) => log.append(text);
  try {
    const what = asked(job.argsJson);
    if ('flow' in what) {
      const resolve: Resolve = async (language, content, path) => {
        const whole = wholeText(content, await treeOf({ ...job, language, path }, content));
        return (await dependencies.resolve({ language, content: whole }, say, signal)).lock;
      };
      return succeed(JSON.stringify({ updated_flow_value: await withLocks(what.flow, job.path, resolve) }));
    }
    const content = job.code ?? '';
    const whole = wholeText(content, await treeOf(job, content, what.modules));
    const source = { language: job.language, content: whole, previousLock: job.lock ?? '' };
    const { lock } = await dependencies.resolve(source, say, signal);
    return succeed(JSON.stringify({ lock }));
  } catch (error) {
    const message = messageOf(error);
    return {
      ...failure('failed', 'ResolveFailed', headline(message)),
      resultJson: errorJson('ResolveFailed', message),
    };
  }
}
