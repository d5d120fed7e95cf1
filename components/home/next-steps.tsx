import { Boxes, FileCode, KeyRound, Play, UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { AppLink } from '@/components/ui/app-link';

const text = {
  label: 'First steps',
  try: 'Run an example',
  tryHint: 'Each script has a form: fill it in, press Run, and watch the log arrive.',
  script: 'Write a script',
  scriptHint: 'A function becomes a form, an address for other programs and a history of runs.',
  resource: 'Connect a database',
  resourceHint: 'A resource keeps its address and secret; scripts name it, people pick it.',
  worker: 'Add a worker group',
  workerHint: 'One more process with a name, and long jobs no longer hold up short ones.',
  people: 'Invite people',
  peopleHint: 'Developers write, operators press the buttons.',
};

export type NextStepsProps = {
  /** where there is something to run */
  tryHref: string;
  newScriptHref: string;
  newResourceHref: string;
  workersHref: string;
  /** Absent for those who may not invite. */
  peopleHref: string | null;
};

/** What one can do in a workspace where nothing has run yet. */
export function NextSteps({ tryHref, newScriptHref, newResourceHref, workersHref, peopleHref }: NextStepsProps) {
  return (
    <section aria-label={text.label} className="grid gap-2.5">
      <Step href={tryHref} icon={<Play />} title={text.try} hint={text.tryHint} />
      <Step href={newScriptHref} icon={<FileCode />} title={text.script} hint={text.scriptHint} />
      <Step href={newResourceHref} icon={<KeyRound />} title={text.resource} hint={text.resourceHint} />
      <Step href={workersHref} icon={<Boxes />} title={text.worker} hint={text.workerHint} />
      {peopleHref ? <Step href={peopleHref} icon={<UserPlus />} title={text.people} hint={text.peopleHint} /> : null}
    </section>
  );
}

function Step({ href, icon, title, hint }: { href: string; icon: ReactNode; title: string; hint: string }) {
  return (
    <AppLink
      href={href}
      className="flex items-start gap-3 rounded-lg border border-line bg-surface px-4 py-3 transition-colors hover:border-line-strong hover:bg-hover/50"
    >
      <span className="mt-0.5 text-accent [&_svg]:size-5">{icon}</span>
      <span className="min-w-0">
        <span className="block text-sm font-semibold">{title}</span>
        <span className="block text-sm text-pretty text-muted">{hint}</span>
      </span>
    </AppLink>
  );
}
