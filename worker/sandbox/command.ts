import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { COMMAND_FOLDER } from '@/worker/sandbox/bubblewrap';

/** Also what the help calls the program. */
const NAMES = ['fantail', 'wmill'];
/** Programs there are seen by jobs anyway. */
const SEEN = /^\/usr\/(?:local\/)?bin\/[^/]+$/;

/** A link takes no room; where the program lies on another disk, one copy is kept for all workers of this cache. */
function placeNode(program: string, to: string, cacheFolder: string): void {
  try {
    linkSync(program, to);
  } catch {
    const kept = path.join(cacheFolder, '.node', process.version);
    mkdirSync(path.dirname(kept), { recursive: true });
    if (!existsSync(kept)) {
      const part = `${kept}-${randomBytes(4).toString('hex')}`;
      copyFileSync(program, part, constants.COPYFILE_FICLONE);
      renameSync(part, kept);
    }
    linkSync(kept, to);
  }
}

/**
 * Puts our command where every job finds it by name, `fantail` or `wmill`: a few words of shell that start the client
 * in `<folder>/cli` with the Node that runs this worker. It lies in the folder that jobs see anyway, because each mount
 * would cost every job of every language, and hardly any job calls it.
 */
export function placeCommands(folder: string, cacheFolder: string): void {
  const node = realpathSync(process.execPath);
  const isSeen = SEEN.test(node);
  if (!isSeen) placeNode(node, path.join(folder, 'node'), cacheFolder);
  mkdirSync(path.join(folder, COMMAND_FOLDER));
  for (const name of NAMES) {
    const client = path.join(folder, 'cli', `${name}.mjs`);
    if (!existsSync(client)) symlinkSync('fantail.mjs', client);
    const program = isSeen ? `'${node}'` : '"$here/node"';
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own way to cut the name off
    const lines = ['#!/bin/sh', 'here=${0%/*}/..', `exec ${program} "$here/cli/${name}.mjs" "$@"`, ''];
    writeFileSync(path.join(folder, COMMAND_FOLDER, name), lines.join('\n'), { mode: 0o755 });
  }
}
