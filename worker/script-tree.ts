import type { WorkspaceActor } from '@/core/access/model';
import { asMember, findActor, jobToken } from '@/core/access/queries';
import { can } from '@/core/access/rules';
import { badRequest, forbidden } from '@/core/errors';
import type { ClaimedScript, Language } from '@/core/job/model';
import { localImportsOf } from '@/core/script/local/queries';
import { liveVersion, loadVersion } from '@/core/script/queries';
import { localImportsOf as pythonImports } from './runtimes/python3/imports';
import { localImportsOf as typescriptImports } from './runtimes/typescript/imports';
import type { ScriptTree } from './sandbox/model';

const MAX_FILES = 200;

type Importing = Pick<
  ClaimedScript,
  'id' | 'workspaceId' | 'language' | 'path' | 'createdBy' | 'rootId' | 'scriptHash' | 'step'
>;

const importsNothing = (language: Language): boolean => language === 'bash' || language === 'postgresql';

const endingOf = (language: Language): string => (language === 'python3' ? 'py' : 'ts');

function importsOf(language: Language, content: string, importer: string): string[] {
  if (language === 'python3') return pythonImports(content, importer);
  return language === 'bun' || language === 'deno' ? typescriptImports(content, importer) : [];
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Reads the scripts that a job's script imports, and those that they import, as they are live now. */
class Imports {
  readonly files: Record<string, string> = {};
  private actor: Promise<WorkspaceActor> | null = null;
  private locals: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(
    private readonly job: Importing,
    modules: Readonly<Record<string, string>>,
    importer: string,
  ) {
    for (const [name, content] of Object.entries(modules)) this.files[`${folderOf(importer)}/${name}`] = content;
  }

  async follow(content: string, importer: string): Promise<void> {
    for (const path of importsOf(this.job.language, content, importer)) {
      const file = `${path}.${endingOf(this.job.language)}`;
      // A module that came with the script stands before a script of the same place.
      const isThere = Object.hasOwn(this.files, file) || Object.hasOwn(this.files, `${path}/__init__.py`);
      if (!isThere) await this.take(path, file, importer);
    }
  }

  private async take(path: string, file: string, importer: string): Promise<void> {
    if (Object.keys(this.files).length >= MAX_FILES) {
      throw badRequest(`${importer} imports more than ${MAX_FILES} other scripts, directly or through them.`);
    }
    const local = (await this.localScripts()).get(path);
    if (local !== undefined) {
      this.files[file] = local;
      return this.follow(local, path);
    }
    const { workspaceId } = this.job;
    if (!can(await this.reader(), 'script:read', { kind: 'path', path }).isAllowed) {
      throw forbidden(`${importer} imports ${path}, which ${this.job.createdBy} may not read.`);
    }
    const live = await liveVersion(workspaceId, path);
    if (live === null) throw badRequest(`${importer} imports the script ${path}, which does not exist here.`);
    const { content, language } = await loadVersion(workspaceId, live.hash);
    if (endingOf(language) !== endingOf(this.job.language) || importsNothing(language)) {
      throw badRequest(`${importer} imports ${path}, which is written in ${language}.`);
    }
    this.files[file] = content;
    await this.follow(content, path);
  }

  /** What its author sent along from his machine; with a deployed script nobody can. */
  private localScripts(): Promise<ReadonlyMap<string, string>> {
    const isDeployed = this.job.scriptHash !== null && this.job.step === null;
    this.locals ??= isDeployed ? Promise.resolve(new Map()) : localImportsOf(this.job);
    return this.locals;
  }

  /** Whom the job runs as: imports are read with his rights. */
  private reader(): Promise<WorkspaceActor> {
    const { id, workspaceId } = this.job;
    this.actor ??= findActor({ kind: 'token', text: jobToken(id) }, workspaceId).then((actor) =>
      asMember(actor, workspaceId),
    );
    return this.actor;
  }
}

/**
 * A script among the files that it imports: other scripts of the workspace, and `modules` that were deployed with it. Null
 * when it imports none. Throws a sentence when an import does not exist or may not be read.
 */
export async function treeOf(
  job: Importing,
  content: string,
  modules: Readonly<Record<string, string>> = {},
): Promise<ScriptTree | null> {
  const importer = job.path ?? `u/${job.createdBy}/preview`;
  if (Object.keys(modules).length === 0 && importsOf(job.language, content, importer).length === 0) return null;
  const imports = new Imports(job, modules, importer);
  await imports.follow(content, importer);
  return { file: `${importer}.${endingOf(job.language)}`, files: imports.files };
}

/** All the code of a script, for the resolver: what its imports need, it needs. */
export const wholeText = (content: string, tree: ScriptTree | null): string =>
  tree === null ? content : [content, ...Object.values(tree.files)].join('\n');
