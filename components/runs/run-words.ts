import type { FilterPreset } from '@/components/shell/filter-presets';
import { jobStateWord } from '@/components/ui/job-state-badge';
import { formatMoment } from '@/components/ui/time';
import type { WireJob } from '@/core/job/wire';

const languages: Record<string, string> = {
  python3: 'Python',
  bun: 'TypeScript',
  deno: 'Deno',
  bash: 'Bash',
  postgresql: 'PostgreSQL',
};

/** A language's name for people. */
export const languageWord = (language: string | undefined): string => languages[language ?? ''] ?? language ?? '';

const kindWords: Record<string, string> = {
  preview: 'Preview',
  dependencies: 'Dependencies',
  flow: 'Flow',
  flowpreview: 'Flow preview',
};

/** A run of a flow, deployed or tried out: it has steps. */
export const isFlowRun = ({ job_kind: kind }: Pick<WireJob, 'job_kind'>): boolean =>
  kind === 'flow' || kind === 'flowpreview';

/** What a run is of: its script's path, or what kind of job it is. */
export function runTitle({ script_path: path, job_kind: kind, language }: WireJob): string {
  if (path !== undefined) return path;
  const of = languageWord(language);
  if (kind === 'preview') return `Preview${of ? ` (${of})` : ''}`;
  return kindWords[kind] ?? kind;
}

/** A word beside the title where the title alone would mislead; null for a run of a deployed script. */
export function runKindWord({ script_path: path, job_kind: kind }: WireJob): string | null {
  if (path === undefined || kind === 'script') return null;
  return kindWords[kind] ?? kind;
}

const triggers: Record<string, string> = {
  ui: 'by hand',
  api: 'API',
  webhook: 'webhook',
  cli: 'CLI',
  schedule: 'schedule',
  job: 'another job',
};

/** How a run was started. */
export const triggerWord = (trigger: string): string => triggers[trigger] ?? trigger;

/** How this run came to be: what a deploy resolves, nobody started by hand. */
export const startWord = ({ job_kind: kind, trigger_kind: trigger }: WireJob): string =>
  kind === 'dependencies' ? 'by a deploy' : triggerWord(trigger);

export const isEnded = (job: Pick<WireJob, 'type'>): boolean => job.type === 'CompletedJob';

/** Can it still be cancelled? */
export const isCancellable = (job: WireJob): boolean => !isEnded(job) && job.cancel_requested !== true;

/** The group that ran it, or is to run it. */
export const groupOf = (job: WireJob): string => job.worker_tag;

/** The word of a run's badge: its state's, and that a person is waited for. */
export const stateWord = ({ state, wait }: Pick<WireJob, 'state' | 'wait'>): string =>
  wait?.cause === 'approval' ? 'Waiting for approval' : jobStateWord(state);

/** Why it stands still, in a sentence, with times as the reader's clock shows them; null when nothing is known. */
export const waitSentence = ({ wait }: Pick<WireJob, 'wait'>): string | null =>
  wait?.cause === 'time' && wait.until !== undefined
    ? `Waiting: it goes on by itself at ${formatMoment(wait.until)}.`
    : (wait?.sentence ?? null);

/** A sentence without what the badge beside it says already; null when that is all of it. */
export function besideState(word: string, sentence: string): string | null {
  if (sentence === `${word}.`) return null;
  const rest = sentence.startsWith(`${word}: `) ? sentence.slice(word.length + 2) : sentence;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** The line below a title that says more than the state does; null when the state says it all. */
export function runNote(job: WireJob): string | null {
  if (job.cancel_requested === true && !isEnded(job)) return 'Cancel requested';
  if (job.state === 'scheduled') return `Due ${formatMoment(job.scheduled_for)}`;
  const sentence = job.state === 'waiting' ? waitSentence(job) : (job.reason ?? null);
  return sentence === null ? null : besideState(stateWord(job), sentence);
}

/** The same for whoever did not write what failed: without the name that its program has for the error. */
export const plainNote = (job: WireJob): string | null =>
  runNote(job)?.replace(/^[\w.]*(?:Error|Exception): /, '') ?? null;

/** Filters that are wanted again and again. */
export const presets: readonly FilterPreset[] = [
  { id: 'all', label: 'All', words: [] },
  { id: 'active', label: 'Active', words: [{ field: 'status', value: 'active' }] },
  { id: 'unsuccessful', label: 'Unsuccessful', words: [{ field: 'status', value: 'unsuccessful' }] },
  { id: 'mine', label: 'Mine', words: [{ field: 'user', value: '@me' }] },
];

/** '25 runs', '1,000 runs or more'. */
export function countWords(count: number, isCapped: boolean): string {
  const number = count.toLocaleString('en-US');
  return isCapped ? `${number} runs or more` : count === 1 ? '1 run' : `${number} runs`;
}
