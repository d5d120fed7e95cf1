import { pathText, request } from '../client';
import type { Command } from '../command';
import { DONE } from '../failure';
import { apiPath } from '../job';
import { isObject, textAt } from '../json';
import { tableOf } from '../terminal';
import { allPages } from './script';

type Kind = 'resource' | 'variable';

const ABOUT = {
  resource: { list: 'the resources of the workspace, one a line', get: "a resource's value, as JSON" },
  variable: { list: 'the variables of the workspace, one a line', get: "a variable's value" },
} as const satisfies Record<Kind, { list: string; get: string }>;

const listOf = (kind: Kind): Command => ({
  words: `${kind} list`,
  takes: '',
  about: ABOUT[kind].list,
  options: [],
  examples: [`${kind} list`, `${kind} list --json | jq '.[].path'`],
  async run({ target: findTarget, terminal, isSet }) {
    const found = await allPages(await findTarget(), `/${kind}s/list`);
    if (isSet('json')) terminal.print(JSON.stringify(found, null, 2));
    else if (kind === 'resource') {
      const rows = found.map((one) => [textAt(one, 'path'), textAt(one, 'resource_type'), textAt(one, 'description')]);
      terminal.print(tableOf(['PATH', 'TYPE', 'DESCRIPTION'], rows, terminal));
    } else {
      const rows = found.map((one) => [
        textAt(one, 'path'),
        one.is_secret === true ? 'yes' : 'no',
        textAt(one, 'value'),
      ]);
      terminal.print(tableOf(['PATH', 'SECRET', 'VALUE'], rows, terminal));
    }
    return DONE;
  },
});

const getOf = (kind: Kind): Command => ({
  words: `${kind} get`,
  takes: 'PATH',
  about: ABOUT[kind].get,
  options: [],
  examples:
    kind === 'resource'
      ? ['resource get f/team/warehouse', 'resource get f/team/warehouse --json | jq .value.host']
      : ['variable get u/ann/api_key', 'variable get u/ann/api_key --json | jq -r .value'],
  async run({ args: [path = ''], target: findTarget, terminal, isSet }) {
    const target = await findTarget();
    const { json, text } = await request(target, 'GET', apiPath(target, `/${kind}s/get/${pathText(path)}`));
    const found = isObject(json) ? json : {};
    // As the server wrote it: reading it as JSON would round long numbers.
    if (isSet('json')) terminal.print(text);
    else terminal.print(kind === 'variable' ? textAt(found, 'value') : JSON.stringify(found.value ?? null, null, 2));
    return DONE;
  },
});

export const valueCommands: readonly Command[] = [
  listOf('resource'),
  getOf('resource'),
  listOf('variable'),
  getOf('variable'),
];
