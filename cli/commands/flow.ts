import { stringify } from 'yaml';
import { pathText, request } from '../client';
import type { Call, Command } from '../command';
import { DONE, misused } from '../failure';
import { readFlowFile } from '../flow-file';
import { apiPath } from '../job';
import { isObject, type JsonObject, parseJson, textAt } from '../json';
import { tableOf } from '../terminal';
import { allPages, argumentsOf, checkNothingMissing, showRun, startRun, timeoutOf } from './script';

const list: Command = {
  words: 'flow list',
  takes: '',
  about: 'the flows of the workspace, one a line',
  options: [],
  examples: ['flow list', 'flow list | head -10'],
  async run({ target: findTarget, terminal, isSet }) {
    const flows = await allPages(await findTarget(), '/flows/list');
    if (isSet('json')) terminal.print(JSON.stringify(flows, null, 2));
    else {
      const rows = flows.map((flow) => [textAt(flow, 'path'), textAt(flow, 'summary')]);
      terminal.print(tableOf(['PATH', 'SUMMARY'], rows, terminal));
    }
    return DONE;
  },
};

/** What a file of a flow has: not what the server knows besides. */
function fileOf(flow: JsonObject): JsonObject {
  const { summary, description, value, schema, tag } = flow;
  return {
    summary,
    ...(description === '' ? {} : { description }),
    ...(flow.is_schema_inferred === true ? {} : { schema }),
    ...(tag === undefined ? {} : { worker_group: { value: tag } }),
    ...(isObject(value) ? value : {}),
  };
}

const show: Command = {
  words: 'flow show',
  takes: 'PATH',
  about: "a flow's definition, as YAML",
  options: [],
  examples: ['flow show f/devops/deploy_with_approval', 'flow show f/devops/deploy_with_approval > deploy.yaml'],
  async run({ args: [path = ''], target: findTarget, terminal, isSet }) {
    const target = await findTarget();
    const { json } = await request(target, 'GET', apiPath(target, `/flows/get/${pathText(path)}`));
    const flow = isObject(json) ? json : {};
    if (isSet('json')) terminal.print(JSON.stringify(flow, null, 2));
    else if (typeof flow.typed_text === 'string') terminal.write(flow.typed_text);
    else terminal.write(stringify(fileOf(flow), { lineWidth: 0 }));
    return DONE;
  },
};

/** What the server says about a definition that it took all the same. */
function warningsOf(headers: Headers): readonly string[] {
  const list = parseJson(decodeURIComponent(headers.get('x-fantail-warnings') ?? '[]'));
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

const push: Command = {
  words: 'flow push',
  takes: 'FILE [PATH]',
  about: 'deploy a flow from a file or a folder; its place in the tree says where, or PATH does',
  options: [],
  examples: ['flow push f/devops/deploy_with_approval.yaml', 'flow push deploy.yaml f/devops/deploy'],
  async run({ args: [file = '', at = ''], target: findTarget, terminal }) {
    const read = readFlowFile(file);
    const path = at || read.path;
    if (path === '') throw misused('Say where the flow goes: flow push FILE f/folder/name');
    const target = await findTarget();
    const { json } = await request(target, 'GET', apiPath(target, `/flows/exists/${pathText(path)}`));
    const isThere = json === true;
    const body = { ...read.flow, path, ...(read.text === null ? {} : { typed_text: read.text }) };
    const address = isThere ? `/flows/update/${pathText(path)}` : '/flows/create';
    const { headers } = await request(target, 'POST', apiPath(target, address), { body });
    for (const warning of warningsOf(headers)) terminal.note(warning);
    terminal.print(`${isThere ? 'Updated' : 'Created'} ${path}.`);
    return DONE;
  },
};

const tagOf = (call: Call) => (call.text('tag') === '' ? {} : { tag: call.text('tag') });

const preview: Command = {
  words: 'flow preview',
  takes: 'FILE',
  about: 'run a flow from a file or a folder without deploying it',
  options: ['data', 'tag', 'silent', 'timeout'],
  examples: [`flow preview f/devops/deploy.yaml --data '{"service": "api"}'`],
  async run(call) {
    const { flow, path } = readFlowFile(call.args[0] ?? '');
    const args = argumentsOf(call) ?? {};
    timeoutOf(call);
    const target = await call.target();
    const value = isObject(flow.value) ? flow.value : flow;
    const body = { value, ...(path === '' ? {} : { path }), args, ...tagOf(call) };
    return showRun(call, target, await startRun(target, '/jobs/run/preview_flow', body, {}));
  },
};

const run: Command = {
  words: 'flow run',
  takes: 'PATH',
  about: 'run a flow and wait for its result; fails when the flow fails',
  options: ['data', 'tag', 'silent', 'timeout'],
  examples: [
    `flow run f/devops/health_check --data '{"environment": "production"}' --timeout 60`,
    'flow run f/data-team/process_all_regions --silent | jq .total_records',
  ],
  async run(call) {
    const [path = ''] = call.args;
    const args = argumentsOf(call);
    timeoutOf(call);
    const target = await call.target();
    if (args === null) await checkNothingMissing(target, '/flows/get', path);
    return showRun(call, target, await startRun(target, `/jobs/run/f/${pathText(path)}`, args ?? {}, tagOf(call)));
  },
};

export const flowCommands: readonly Command[] = [list, show, run, push, preview];
