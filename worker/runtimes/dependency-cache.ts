/** Folders of installed packages, named after what is in them: made once, by whoever comes first, then read-only. */
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';

const LOCK_WAIT_MS = 100;
/** A claim of another machine, whose processes cannot be seen from here, is believed this long. */
const OLDEST_CLAIM_MS = 30 * 60_000;

/** Name of the folder for this content. Pure. */
export function cacheKey(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/** A private folder for one run of a tool, next to the cache but not visible to jobs. */
export function makeWorkFolder(cacheFolder: string): string {
  const folder = path.join(cacheFolder, '.work', `${process.pid}-${randomBytes(6).toString('hex')}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const running = new Map<string, { made: Promise<string>; signal: AbortSignal }>();

/**
 * The folder `<cache>/<language>/<key>`, made by `fill` if it is not there yet. `fill` gets a work folder and answers
 * which folder in it is the product. Callers in this process share one run; other processes are waited for.
 */
export function once(
  cacheFolder: string,
  language: string,
  key: string,
  signal: AbortSignal,
  fill: (workFolder: string) => Promise<string>,
): Promise<string> {
  const target = path.join(cacheFolder, language, key);
  if (existsSync(target)) return Promise.resolve(target);
  const before = running.get(target);
  if (before) {
    return before.made.catch((error) => {
      // The caller who began gave up; whoever still wants it begins again.
      if (before.signal.aborted && !signal.aborted) return once(cacheFolder, language, key, signal, fill);
      throw error;
    });
  }
  const made = make(cacheFolder, target, signal, fill).finally(() => running.delete(target));
  running.set(target, { made, signal });
  return made;
}

async function make(
  cacheFolder: string,
  target: string,
  signal: AbortSignal,
  fill: (workFolder: string) => Promise<string>,
): Promise<string> {
  const claim = path.join(
    cacheFolder,
    '.work',
    `${path.basename(path.dirname(target))}-${path.basename(target)}.claim`,
  );
  mkdirSync(path.dirname(claim), { recursive: true });
  while (!takeClaim(claim)) {
    if (existsSync(target)) return target;
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS));
  }
  const workFolder = makeWorkFolder(cacheFolder);
  try {
    if (existsSync(target)) return target;
    const product = await fill(workFolder);
    forbidWriting(product);
    mkdirSync(path.dirname(target), { recursive: true });
    await rename(product, target).catch((error) => {
      if (!existsSync(target)) throw error;
    });
    return target;
  } finally {
    removeTree(workFolder);
    rmSync(claim, { force: true });
  }
}

function takeClaim(claim: string): boolean {
  try {
    writeFileSync(claim, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (isAbandoned(claim)) rmSync(claim, { force: true });
    return false;
  }
}

function isAbandoned(claim: string): boolean {
  try {
    const age = Date.now() - lstatSync(claim).mtimeMs;
    const owner = Number(readFileSync(claim, 'utf8'));
    // An empty file: its writer is between making and filling it.
    return age > OLDEST_CLAIM_MS || (age > LOCK_WAIT_MS && !(owner > 0 && existsSync(`/proc/${owner}`)));
  } catch {
    return false;
  }
}

/** Bubblewrap binds the cache read-only; the mode bits say the same where the sandbox is off. */
function forbidWriting(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) forbidWriting(child);
    else if (entry.isFile()) chmodSync(child, (lstatSync(child).mode & 0o555) | 0o444);
  }
  // Renaming a folder needs write permission on it for anyone but root: the top stays writable.
}

/** Removes a tree whose folders may have lost their write permission. */
export function removeTree(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const child = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        chmodSync(child, 0o700);
        removeTree(child);
      } else unlinkSync(child);
    }
  }
}
