'use client';

import { Bookmark, Trash2 } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { argsFor } from '@/components/schema-form/args';
import { keptArgs } from '@/components/schema-form/kept-args';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Popover } from '@/components/ui/popover';
import { RelativeTime } from '@/components/ui/relative-time';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { MAX_NAME, type Runnable } from '@/core/saved-input/model';
import type { Args, ArgsSchema } from '@/core/schema/model';
import { useSavedInputs, type WireInput } from './saved-inputs-data';

const text = {
  open: 'Inputs',
  title: 'Inputs to fill the form with',
  kept: 'Kept',
  none: 'Nothing is kept yet. Fill in the form, then give it a name here.',
  ran: 'Last runs',
  neverRan: 'It has not run yet.',
  sharedBy: (who: string) => `shared by ${who}`,
  ranBy: (who: string) => `by ${who}`,
  succeeded: 'succeeded',
  failed: 'not successful',
  active: 'not ended yet',
  drop: (name: string) => `Delete ${name}`,
  name: 'Keep what is in the form as',
  namePlaceholder: 'Every Monday',
  share: 'For everybody who may run it',
  save: 'Keep',
  saved: (name: string) => `Kept as “${name}”`,
  leftOut: (names: readonly string[]) => `Without ${names.join(', ')}: passwords are not kept.`,
  notRead: 'The inputs were not read.',
  notSaved: 'The inputs were not kept.',
  notDropped: 'The inputs were not deleted.',
};

interface Props {
  workspaceId: string;
  runnable: Runnable;
  schema: ArgsSchema;
  /** what is in the form now */
  args: Args;
  onPick: (args: Args) => void;
}

/** Fills the form with kept inputs or those of a past run, and keeps what is in it under a name. */
export function SavedInputs({ workspaceId, runnable, schema, args, onPick }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const inputs = useSavedInputs(workspaceId, runnable, isOpen);

  const pick = (input: WireInput, isKept: boolean) =>
    orSay(text.notRead, async () => {
      onPick(await inputs.argsOf(input.id, isKept));
      setIsOpen(false);
    });
  return (
    <Popover
      label={text.title}
      align="end"
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      className="flex max-h-[min(32rem,var(--radix-popover-content-available-height))] w-80 flex-col gap-3 overflow-y-auto"
      trigger={
        <Button size="sm" variant="ghost" icon={<Bookmark />}>
          {text.open}
        </Button>
      }
    >
      <Group title={text.kept} inputs={inputs.kept} nothing={text.none}>
        {(input) => (
          <Line
            key={input.id}
            name={input.name}
            note={input.is_public ? text.sharedBy(input.created_by) : null}
            onPick={() => void pick(input, true)}
          >
            {input.may_change ? (
              <IconButton
                size="sm"
                label={text.drop(input.name)}
                icon={<Trash2 />}
                onClick={() => void orSay(text.notDropped, () => inputs.drop(input.id))}
              />
            ) : null}
          </Line>
        )}
      </Group>
      <Group title={text.ran} inputs={inputs.ran} nothing={text.neverRan}>
        {(input) => (
          <Line
            key={input.id}
            name={<RelativeTime at={input.created_at} />}
            note={`${text.ranBy(input.created_by)}, ${outcomeOf(input)}`}
            onPick={() => void pick(input, false)}
          />
        )}
      </Group>
      <KeepForm schema={schema} args={args} keep={inputs.keep} />
    </Popover>
  );
}

function outcomeOf({ success }: WireInput): string {
  if (success === undefined) return text.active;
  return success ? text.succeeded : text.failed;
}

async function orSay(title: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    notifyError(title, { detail: error instanceof Error ? error.message : String(error) });
  }
}

type GroupProps = {
  title: string;
  inputs: ReturnType<typeof useSavedInputs>['kept'];
  nothing: string;
  children: (input: WireInput) => ReactNode;
};

function Group({ title, inputs, nothing, children }: GroupProps) {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-faint">{title}</h3>
      {inputs.isError ? <p className="text-sm text-danger">{inputs.error.message}</p> : null}
      {inputs.isPending ? <SkeletonRows rows={1} /> : null}
      {inputs.data?.length === 0 ? <p className="text-sm text-pretty text-muted">{nothing}</p> : null}
      {inputs.data?.length ? <ul className="-mx-1.5">{inputs.data.map(children)}</ul> : null}
    </section>
  );
}

type LineProps = { name: ReactNode; note: string | null; onPick: () => void; children?: ReactNode };

function Line({ name, note, onPick, children }: LineProps) {
  return (
    <li className="flex items-center gap-1 rounded-md hover:bg-hover">
      <button
        type="button"
        onClick={onPick}
        className="touch-target flex min-h-8 min-w-0 flex-1 items-baseline gap-2 rounded-md px-1.5 py-1 text-left text-sm"
      >
        <span className="min-w-0 truncate">{name}</span>
        {note ? <span className="shrink-0 text-xs text-muted">{note}</span> : null}
      </button>
      {children}
    </li>
  );
}

type KeepFormProps = Pick<Props, 'schema' | 'args'> & { keep: ReturnType<typeof useSavedInputs>['keep'] };

function KeepForm({ schema, args, keep }: KeepFormProps) {
  const [name, setName] = useState('');
  const [isShared, setIsShared] = useState(false);
  const [isSaving, setIsSaving] = useState(false);

  async function save(event: FormEvent) {
    event.preventDefault();
    // The popover stands inside no form of its own, but React lets events rise through portals.
    event.stopPropagation();
    if (isSaving || name.trim() === '') return;
    setIsSaving(true);
    await orSay(text.notSaved, async () => {
      const { args: kept, leftOut } = keptArgs(schema, argsFor(schema, args));
      await keep(name.trim(), kept, isShared);
      notifySuccess(text.saved(name.trim()), leftOut.length > 0 ? { detail: text.leftOut(leftOut) } : {});
      setName('');
    });
    setIsSaving(false);
  }
  return (
    <form onSubmit={(event) => void save(event)} className="flex flex-col gap-2 border-t border-line pt-3">
      <Field label={text.name}>
        <Input
          value={name}
          maxLength={MAX_NAME}
          required
          placeholder={text.namePlaceholder}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <div className="flex items-center justify-between gap-3">
        <Checkbox isChecked={isShared} onChange={setIsShared} label={text.share} />
        <Button type="submit" size="sm" variant="primary" isLoading={isSaving}>
          {text.save}
        </Button>
      </div>
    </form>
  );
}
