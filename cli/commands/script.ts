import fs from 'node:fs';
import { pathText, type Query, request } from '../client';
import type { Call, Command } from '../command';
import { CliError, DONE, FAILED, misused } from '../failure';
import { apiPath, badEndSentence, followJob, jobUrl } from '../job';
import { isObject, type JsonObject, objectsOf, parseJson, textAt, textsAt } from '../json';
import { tableOf } from '../terminal';
import type { Target } from '../workspace';

const PER_PAGE = 1_000;

/** All pages of a list. */
export async function allPages(target: Target, path: string): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (let page = 1; ; page += 1) {
    const { json } = await request(target, 'GET', apiPath(target, path), { query: { page, per_page: PER_PAGE } });
    const rows = objectsOf(json);
    found.push(...rows);
    if (rows.length < PER_PAGE) return found;
  }
}

const list: Command = {
  words: 'script list',
  takes: '',
  about: 'the scripts of the workspace, one a line',
  options: [],
  examples: ['script list', 'script list | head -10', "script list --json | jq '.[].path'"],
  async run({ target: findTarget, terminal, isSet }) {
    const scripts = await allPages(await findTarget(), '/scripts/list');
    if (isSet('json')) terminal.print(JSON.stringify(scripts, null, 2));
    else {
      const rows = scripts.map((one) => [textAt(one, 'path'), textAt(one, 'language'), textAt(one, 'summary')]);
      terminal.print(tableOf(['PATH', 'LANGUAGE', 'SUMMARY'], rows, terminal));
    }
    return DONE;
  },
};

const show: Command = {
  words: 'script show',
  takes: 'PATH',
  about: "a script's source",
  options: [],
  examples: ['script show u/admin/daily_report', 'script show u/admin/daily_report > daily_report.py'],
  async run({ args: [path = ''], target: findTarget, terminal, isSet }) {
    const target = await findTarget();
    const { json } = await request(target, 'GET', apiPath(target, `/scripts/get/p/${pathText(path)}`));
    const script = isObject(json) ? json : {};
    if (isSet('json')) terminal.print(JSON.stringify(script, null, 2));
    else terminal.write(textAt(script, 'content').replace(/\n?$/, '\n'));
    return DONE;
  },
};

function readData(text: string): string {
  if (text === '@-') return fs.readFileSync(0, 'utf8');
  if (!text.startsWith('@')) return text;
  try {
    return fs.readFileSync(text.slice(1), 'utf8');
  } catch {
    throw misused(`The file ${text.slice(1)} cannot be read.`);
  }
}

/** `--data` as an object; null without it. */
export function argumentsOf(call: Call): JsonObject | null {
  if (!call.isSet('data')) return null;
  const value = parseJson(readData(call.text('data')));
  if (isObject(value)) return value;
  throw misused(`--data must be a JSON object, for example --data '{"name": "Ada"}'.`);
}

/** Says which inputs are missing before anything runs. `address` is where the script or flow is described. */
export async function checkNothingMissing(target: Target, address: string, path: string): Promise<void> {
  const { json } = await request(target, 'GET', apiPath(target, `${address}/${pathText(path)}`));
  const schema = isObject(json) && isObject(json.schema) ? json.schema : {};
  const missing = textsAt(schema, 'required');
  if (missing.length === 0) return;
  const example = JSON.stringify(Object.fromEntries(missing.map((name) => [name, '…'])));
  throw misused(`${path} needs ${missing.join(', ')}. Give them with --data '${example}'.`);
}

/** `--timeout` in milliseconds; null without it. */
export function timeoutOf(call: Call): number | null {
  if (!call.isSet('timeout')) return null;
  const seconds = Number(call.text('timeout'));
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1_000;
  throw misused(`--timeout must be a number of seconds, not "${call.text('timeout')}".`);
}

/** Follows a run that was started; answers the exit code. The log goes to stderr, the result to stdout. */
export async function showRun(call: Call, target: Target, id: string): Promise<number> {
  const { terminal } = call;
  const isSilent = call.isSet('silent');
  const stop = () => {
    terminal.note(`\nThe run goes on: ${jobUrl(target, id)}\nStop it with: job cancel ${id}`);
    process.exit(130);
  };
  process.once('SIGINT', stop);
  if (!isSilent) terminal.note(`Run ${id}  ${jobUrl(target, id)}`);
  const end = await followJob(target, id, {
    timeoutMs: timeoutOf(call),
    onLog: (text) => isSilent || text === '' || terminal.writeNote(text),
    onWait: (sentence) => isSilent || terminal.note(sentence),
  });
  process.removeListener('SIGINT', stop);
  terminal.print(JSON.stringify(end.result ?? null, null, 2));
  if (!end.isSuccess && !isSilent) terminal.note(await badEndSentence(target, id));
  return end.isSuccess ? DONE : FAILED;
}

/** Starts a run; answers its id. */
export async function startRun(target: Target, address: string, body: unknown, query: Query): Promise<string> {
  const { text: id } = await request(target, 'POST', apiPath(target, address), { query, body });
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new CliError(`${target.url} did not answer with a run's id.`);
  return id;
}

const run: Command = {
  words: 'script run',
  takes: 'PATH',
  about: 'run a script: its log as it comes, then its result; fails when the script fails',
  options: ['data', 'tag', 'silent', 'timeout'],
  examples: [
    'script run u/admin/worker_status_check',
    `script run f/team/greet --data '{"name": "Ada"}'`,
    'script run f/team/report --tag heavy',
    'script run f/team/report --silent | jq .rows',
  ],
  async run(call) {
    const [path = ''] = call.args;
    const args = argumentsOf(call);
    timeoutOf(call);
    const target = await call.target();
    if (args === null) await checkNothingMissing(target, '/scripts/get/p', path);
    const tag = call.text('tag');
    const query = tag === '' ? {} : { tag };
    const id = await startRun(target, `/jobs/run/p/${pathText(path)}`, args ?? {}, query);
    return showRun(call, target, id);
  },
};

export const scriptCommands: readonly Command[] = [run, list, show];
