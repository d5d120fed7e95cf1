// What the machine must have besides Node: bubblewrap to isolate jobs, Python to run Python, Chromium to test pages.
// Installed here where this process may do so; otherwise named with the exact command.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const onPath = (program) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .concat('/usr/bin', '/bin')
    .some((folder) => fs.existsSync(path.join(folder, program)));

/** program → Debian package, what it is for, and whether Fantail can start without it */
const NEEDS = {
  bwrap: { package: 'bubblewrap', use: 'isolates every job', isRequired: true },
  python3: { package: 'python3', use: 'runs Python scripts', isRequired: false },
  pip3: { package: 'python3-pip', use: 'installs what Python scripts import', isRequired: false },
  curl: { package: 'curl', use: 'is what bash scripts call', isRequired: false },
  jq: { package: 'jq', use: 'is what bash scripts call', isRequired: false },
  chromium: { package: 'chromium', use: 'runs the browser tests', isRequired: true },
};

const hasUv = () => onPath('uv');

function install(packages) {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return;
  console.log(`Installing ${packages.join(', ')} with apt-get (once)…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env };
  spawnSync('apt-get', ['update', '-qq'], quiet);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
}

/**
 * Makes sure of these programs. Throws one sentence with the command to run when a required one is missing and cannot
 * be installed here; names the others and goes on.
 */
export function ensurePrograms(programs) {
  const isMissing = (program) => !onPath(program) && !(program === 'pip3' && hasUv());
  const packagesOf = (list) => [...new Set(list.map((program) => NEEDS[program].package))];
  let missing = programs.filter(isMissing);
  if (missing.length === 0) return;
  install(packagesOf(missing));
  missing = missing.filter(isMissing);
  if (missing.length === 0) return;
  const sentences = missing.map((program) => `${program} is missing; it ${NEEDS[program].use}.`);
  const command = `sudo apt-get install -y ${packagesOf(missing).join(' ')}`;
  const message = `${sentences.join(' ')} Install it: ${command}`;
  if (missing.some((program) => NEEDS[program].isRequired)) throw new Error(message);
  console.warn(message);
}
