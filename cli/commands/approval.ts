import { request } from '../client';
import type { Command } from '../command';
import { DONE } from '../failure';
import { apiPath } from '../job';
import { isObject, numberAt, objectsOf, textAt } from '../json';
import { tableOf, timeText } from '../terminal';

const list: Command = {
  words: 'approval list',
  takes: '',
  about: 'what waits for your decision, the nearest deadline first',
  options: [],
  examples: ['approval list', 'approval list --json | jq -r .[].id'],
  async run({ target: findTarget, terminal, isSet }) {
    const target = await findTarget();
    const { json } = await request(target, 'GET', apiPath(target, '/approvals/list'));
    const found = objectsOf(json);
    if (isSet('json')) terminal.print(JSON.stringify(found, null, 2));
    else {
      const rows = found.map((one) => {
        const deadline = numberAt(one, 'deadlineAt');
        const by = isObject(one.askedBy) ? textAt(one.askedBy, 'username') : '';
        return [textAt(one, 'id'), deadline === null ? '' : timeText(deadline), by, textAt(one, 'title')];
      });
      terminal.print(tableOf(['ID', 'UNTIL', 'ASKED BY', 'QUESTION'], rows, terminal));
    }
    return DONE;
  },
};

const answer = (verdict: 'approve' | 'reject'): Command => ({
  words: `approval ${verdict}`,
  takes: 'ID',
  about: verdict === 'approve' ? 'let what was asked happen' : 'say no to what was asked',
  options: ['reason'],
  examples: [`approval ${verdict} 0190a3c4-…${verdict === 'reject' ? " --reason 'not before the audit'" : ''}`],
  async run({ args: [id = ''], target: findTarget, terminal, text, isSet }) {
    const target = await findTarget();
    const at = (verb: string) => apiPath(target, `/approvals/${verb}/${encodeURIComponent(id)}`);
    // A decision is on what is asked now: it is refused when that changes in between.
    const { json: asked } = await request(target, 'GET', at('get'));
    const shownHash = isObject(asked) ? textAt(asked, 'shownHash') : '';
    const body = { verdict, comment: text('reason'), shownHash };
    const { json } = await request(target, 'POST', at('decide'), { body });
    const view = isObject(json) ? json : {};
    if (isSet('json')) terminal.print(JSON.stringify(view, null, 2));
    else terminal.print(textAt(view, 'end') || `Recorded: ${verdict}. It needs more answers than this one.`);
    return DONE;
  },
});

/** Deciding from a terminal: the same questions and rules as on the pages. */
export const approvalCommands: readonly Command[] = [list, answer('approve'), answer('reject')];
