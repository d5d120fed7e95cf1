import { FantailError } from '@/core/errors';
import { type Language, languageNamed } from '@/core/job/model';
import { prepared } from '@/core/platform/db';
import { asPreprocessorForm, type LoadedVersion, modulesOf, parseStoredSchema, type RunnableVersion } from './model';
import { type RunSettingsRow, runSettingsOf, type VersionRow } from './row';
import { argNamesOf } from './rules';

type RunnableRow = Pick<VersionRow, 'hash' | 'path' | 'language' | 'schema'> &
  RunSettingsRow & { preprocessor: string | null };

const RUNNABLE_COLUMNS = `v.hash, v.path, v.language, v.schema::text AS schema, v.tag, v.timeout_s, v.priority,
  v.concurrent_limit, v.concurrency_time_window_s, v.concurrency_key, v.cache_ttl_s, v.dedicated_worker, v.retry, v.preprocessor,
  v.delete_after_s`;

const LIVE = `SELECT ${RUNNABLE_COLUMNS} FROM script s
  JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
  WHERE s.workspace_id = $1 AND s.path = $2 AND s.trashed_at IS NULL`;

const BY_HASH = `SELECT ${RUNNABLE_COLUMNS} FROM script_version v WHERE v.workspace_id = $1 AND v.hash = $2`;

const LOAD = `SELECT v.hash, v.path, v.language, v.content, v.lock, v.schema::text AS schema, v.envs,
  v.extra->'modules' AS modules
  FROM script_version v WHERE v.workspace_id = $1 AND v.hash = $2`;

function runnableLanguage(row: { path: string; language: string }): Language {
  const language = languageNamed(row.language);
  if (language !== null) return language;
  throw new FantailError(
    'bad_request',
    `${row.path} is written in ${row.language}, which this version of Fantail cannot run.`,
  );
}

function runnableOf(row: RunnableRow): RunnableVersion {
  return {
    hash: row.hash,
    path: row.path,
    language: runnableLanguage(row),
    schema: parseStoredSchema(row.schema),
    ...runSettingsOf(row),
    preprocessor: asPreprocessorForm(row.preprocessor),
  };
}

/** The live version of a script for a submit; null when there is none (or it lies in the trash). The caller gates. */
export async function liveVersion(workspaceId: string, path: string): Promise<RunnableVersion | null> {
  const [row] = await prepared<RunnableRow>('script_live', LIVE, [workspaceId, path]);
  return row === undefined ? null : runnableOf(row);
}

/** One version by its hash for a submit; also of scripts that lie in the trash. The caller gates on its `path`. */
export async function versionByHash(workspaceId: string, hash: string): Promise<RunnableVersion | null> {
  const [row] = await prepared<RunnableRow>('script_by_hash', BY_HASH, [workspaceId, hash]);
  return row === undefined ? null : runnableOf(row);
}

/** Versions never change, so whatever was loaded once may be kept; the bound is of characters of source and lock. */
const CACHE_CHARACTERS = 32_000_000;
const cache = new Map<string, LoadedVersion>();
let cachedCharacters = 0;

const sizeOf = (version: LoadedVersion): number => version.content.length + version.lock.length + 1_000;

function keep(key: string, version: LoadedVersion): void {
  // Two jobs may have loaded the same version at once.
  if (cache.has(key)) return;
  cache.set(key, version);
  cachedCharacters += sizeOf(version);
  for (const [oldKey, old] of cache) {
    if (cachedCharacters <= CACHE_CHARACTERS || oldKey === key) return;
    cache.delete(oldKey);
    cachedCharacters -= sizeOf(old);
  }
}

/** What a worker needs to run a version; kept in this process after the first call. Throws `not_found`. */
export async function loadVersion(workspaceId: string, hash: string): Promise<LoadedVersion> {
  const key = `${workspaceId}/${hash}`;
  const known = cache.get(key);
  if (known !== undefined) {
    // Moves it to the young end of the map.
    cache.delete(key);
    cache.set(key, known);
    return known;
  }
  const [row] = await prepared<{
    hash: string;
    path: string;
    language: string;
    content: string;
    lock: string;
    schema: string;
    envs: string[] | null;
    modules: unknown;
  }>('script_load', LOAD, [workspaceId, hash]);
  if (row === undefined)
    throw new FantailError('not_found', `The script version ${hash} does not exist in this workspace.`);
  const schema = parseStoredSchema(row.schema);
  const version: LoadedVersion = {
    hash: row.hash,
    path: row.path,
    language: runnableLanguage(row),
    content: row.content,
    lock: row.lock,
    argNames: argNamesOf(row.language, row.content, schema),
    schema,
    envs: row.envs ?? [],
    modules: modulesOf(row.modules),
  };
  keep(key, version);
  return version;
}
