import type { FilterField } from '@/components/ui/filter-suggestions';
import { jobStateWord } from '@/components/ui/job-state-badge';
import type { JobState } from '@/core/job/model';
import { triggerWord } from './run-words';

const states: JobState[] = [
  'running',
  'queued',
  'scheduled',
  'waiting',
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
  'rejected',
];

const option = (value: string, label = value) => ({ value, label });

/** The fields of the filter bar, with the values that can be picked. */
export function filterFields(known: { groups: readonly string[]; users: readonly string[] }): FilterField[] {
  return [
    {
      id: 'status',
      label: 'status',
      hint: 'how it stands; several mean either',
      options: [
        // The bar takes the first one that what was typed occurs in: the plain states come before the words for several.
        ...states.map((state) => option(state, jobStateWord(state))),
        option('active', 'Active: not ended yet'),
        option('unsuccessful', 'Unsuccessful: ended in another way than it should'),
      ],
    },
    {
      id: 'waiting',
      label: 'waiting',
      hint: 'what a flow waits for',
      options: [
        option('approval', 'For approval'),
        option('worker', 'For a worker'),
        option('time', 'For time to pass'),
      ],
    },
    { id: 'path', label: 'path', hint: 'f/ops/vacuum, f/ops/* or part of one' },
    { id: 'group', label: 'group', hint: 'worker group', options: known.groups.map((group) => option(group)) },
    {
      id: 'user',
      label: 'user',
      hint: 'who started it',
      options: [option('@me', 'Me'), ...known.users.map((user) => option(user))],
    },
    {
      id: 'last',
      label: 'last',
      hint: 'started within 30m, 24h, 7d, 2w',
      options: [
        option('1h', 'Last hour'),
        option('24h', 'Last 24 hours'),
        option('7d', 'Last 7 days'),
        option('30d', 'Last 30 days'),
      ],
    },
    { id: 'from', label: 'from', hint: 'a day or time: 2026-11-22' },
    { id: 'to', label: 'to', hint: 'a day or time, included' },
    { id: 'arg', label: 'arg', hint: "an argument: arg.table:orders ('4711' in quotes is text)" },
    { id: 'label', label: 'label', hint: 'a label that the script returned' },
    {
      id: 'kind',
      label: 'kind',
      hint: 'script, preview or dependencies',
      options: [option('script', 'Script'), option('preview', 'Preview'), option('dependencies', 'Dependencies')],
    },
    {
      id: 'trigger',
      label: 'trigger',
      hint: 'how it was started',
      options: ['ui', 'api', 'webhook', 'cli', 'schedule', 'job'].map((trigger) =>
        option(trigger, triggerWord(trigger)),
      ),
    },
    { id: 'worker', label: 'worker', hint: 'the process that ran it' },
    { id: 'version', label: 'version', hint: 'hash of the script’s version' },
    { id: 'parent', label: 'parent', hint: 'id of the job that started it' },
  ];
}
