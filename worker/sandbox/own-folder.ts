import { randomBytes } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Accounts are made up, so that a job learns nothing about this machine's people. */
const MADE_UP: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/root:/usr/sbin/nologin\njob:x:65534:65534:job:/job:/bin/bash\n',
  group: 'root:x:0:\njob:x:65534:\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n',
};
/** What programs need of the machine's own settings. */
const COPIED = [
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'ssl/certs', 'ssl/openssl.cnf', 'pki/tls/certs', 'pki/ca-trust'],
  ...['alternatives', 'localtime', 'timezone', 'mime.types', 'services', 'protocols', 'fonts'],
];
/** Those that change while a worker runs. */
const REFRESHED = ['resolv.conf', 'hosts'];
const REFRESH_EVERY_MS = 5_000;

/**
 * A folder of this process on this machine, next to the package cache and not in the system's temporary folder, which
 * cleaners empty under long-running workers.
 */
export function makeOwnFolder(cacheFolder: string): string {
  const parent = path.join(cacheFolder, '.run');
  mkdirSync(parent, { recursive: true });
  const machine = os.hostname().replaceAll(/[^A-Za-z0-9.]/g, '_');
  for (const name of readdirSync(parent)) {
    const [owner, pid] = name.split('-');
    if (owner === machine && !existsSync(`/proc/${pid}`))
      rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  const folder = path.join(parent, `${machine}-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** The one folder that jobs see besides `/usr`: the wrappers, and an `etc` with only what programs need. */
export class JobView {
  private readonly etc: string;
  private refreshedAt = 0;

  constructor(
    readonly folder: string,
    runtimes: string,
  ) {
    cpSync(runtimes, folder, { recursive: true });
    this.etc = path.join(folder, 'etc');
    for (const name of COPIED) copyIfThere(path.join('/etc', name), path.join(this.etc, name));
    for (const [name, text] of Object.entries(MADE_UP)) writeFileSync(path.join(this.etc, name), text);
    this.refresh();
  }

  /** Takes over a changed name server or host table; jobs that wait already see it too. */
  refresh(): void {
    if (Date.now() - this.refreshedAt < REFRESH_EVERY_MS) return;
    this.refreshedAt = Date.now();
    for (const name of REFRESHED) {
      const [from, to] = [path.join('/etc', name), path.join(this.etc, name)];
      if (!existsSync(from)) continue;
      // Written into the same file: what is bound into a running sandbox is the file, not its name.
      if (!existsSync(to) || statSync(from).mtimeMs > statSync(to).mtimeMs) copyFileSync(from, to);
    }
  }
}

function copyIfThere(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(path.dirname(to), { recursive: true });
  const isFolder = statSync(from).isDirectory();
  // A link such as localtime would point out of the made-up folder; links inside folders point into /usr.
  if (isFolder) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  else copyFileSync(from, to);
}
