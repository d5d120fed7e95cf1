import { request } from '../client';
import type { Command } from '../command';
import { DONE } from '../failure';
import { apiPath } from '../job';
import { isObject, textAt, textsAt } from '../json';

export const userCommands: readonly Command[] = [
  {
    words: 'user whoami',
    takes: '',
    about: 'who the token belongs to, and what it is in this workspace',
    options: [],
    examples: ['user whoami'],
    async run({ target: findTarget, terminal, isSet }) {
      const target = await findTarget();
      const { json } = await request(target, 'GET', apiPath(target, '/users/whoami'));
      const self = isObject(json) ? json : {};
      if (isSet('json')) terminal.print(JSON.stringify({ ...self, url: target.url }, null, 2));
      else {
        const role = self.is_super_admin === true ? 'instance administrator' : textAt(self, 'role');
        const facts = [
          ['User', `${textAt(self, 'username')} (${textAt(self, 'email')})`],
          ['Role', role],
          ['Workspace', target.workspace],
          ['Server', target.url],
          ['Groups', textsAt(self, 'groups').join(', ')],
        ];
        for (const [name = '', value = ''] of facts) terminal.print(`${name.padEnd(10)} ${value}`);
      }
      return DONE;
    },
  },
];
