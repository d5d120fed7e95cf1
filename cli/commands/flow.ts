import { request } from '../client';
import type { Command } from '../command';
import { DONE } from '../failure';
import { apiPath } from '../job';
import { objectsOf, textAt } from '../json';
import { tableOf } from '../terminal';

export const flowCommands: readonly Command[] = [
  {
    words: 'flow list',
    takes: '',
    about: 'the flows of the workspace, one a line',
    options: ['limit'],
    examples: ['flow list', 'flow list | head -10'],
    async run({ target: findTarget, terminal, isSet }) {
      const target = await findTarget();
      const path = apiPath(target, '/flows/list');
      const { json, status } = await request(target, 'GET', path, { query: { per_page: 1_000 }, accepts: [404] });
      // A server without flows is no reason for a script that lists them to fail.
      if (status === 404) terminal.note(`The server at ${target.url} has no flows in this version.`);
      const flows = status === 404 ? [] : objectsOf(json);
      if (isSet('json')) terminal.print(JSON.stringify(flows, null, 2));
      else {
        const rows = flows.map((flow) => [textAt(flow, 'path'), textAt(flow, 'summary')]);
        terminal.print(tableOf(['PATH', 'SUMMARY'], rows, terminal));
      }
      return DONE;
    },
  },
];
