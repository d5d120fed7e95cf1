import type { Hold, WireWait } from './model';

const nameOf = (principal: string): string =>
  principal.startsWith('g/') ? `a member of ${principal.slice(2)}` : principal.slice(2);

/** "ada, mira or a member of devops"; of many the first three. */
function anyOf(people: readonly string[]): string {
  const names = people.slice(0, 3).map(nameOf);
  if (people.length > 3) return `${names.join(', ')} or ${people.length - 3} more`;
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** `2026-11-22 10:02:07 UTC`: the sentence stands for itself, in lists, terminals and logs. */
const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** Why a flow waits, in one sentence that stays the same while it does. */
export function waitOfHold(hold: Hold): WireWait {
  switch (hold.kind) {
    case 'approval': {
      const more = hold.count > 1 ? ` And ${hold.count - 1} more.` : '';
      const asked = hold.people.length === 0 ? '' : ` It asks ${anyOf(hold.people)}.`;
      return {
        cause: 'approval',
        sentence: `Waiting for approval: “${hold.title}”${asked === '' ? '.' : asked}${more}`,
        ...(hold.deadlineAt === null ? {} : { until: hold.deadlineAt }),
      };
    }
    case 'worker':
      return { cause: 'steps', sentence: `Waiting: its next steps need a worker of the group “${hold.tag}”.` };
    case 'time':
      return {
        cause: 'time',
        sentence: `Waiting: it goes on by itself at ${momentOf(hold.until)}.`,
        until: hold.until,
      };
    default: {
      const unknown: never = hold;
      return unknown;
    }
  }
}
