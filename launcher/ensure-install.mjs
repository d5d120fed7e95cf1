// Before `npm start` and `npm test`: on a fresh clone installs exactly the lockfile; afterwards does nothing.
// Runs on the machine's own Node (20.19 and up), before any package is there.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Fantail needs Node 20.19 or newer to start; this is ${process.version}. Install one from https://nodejs.org, and try again.`,
  );
  process.exit(1);
}

const mtimeMs = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const MARK = 'node_modules/.package-lock.json';

if (mtimeMs(MARK) < mtimeMs('package-lock.json')) {
  console.log('Installing packages (once)…');
  const env = { ...process.env };
  // NODE_ENV=production would leave out what the build needs.
  delete env.NODE_ENV;
  const done = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    env,
  });
  if (done.status !== 0) {
    console.error(
      'Installing failed; npm’s own words are above. Check the connection to the npm registry and try again.',
    );
    process.exit(done.status ?? 1);
  }
  const now = new Date();
  fs.utimesSync(MARK, now, now);
}
