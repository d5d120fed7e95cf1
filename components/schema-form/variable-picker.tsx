'use client';

import { DollarSign, X } from 'lucide-react';
import { useState } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { Combobox } from '@/components/ui/combobox';
import { IconButton } from '@/components/ui/icon-button';
import { Popover } from '@/components/ui/popover';
import { useFormContext } from './form-context';

const text = {
  pick: (name: string) => `Take a variable for ${name}`,
  title: 'Variable',
  choose: 'Find a variable…',
  none: 'There is no variable of that name.',
  create: 'Create a variable',
  chip: 'variable',
  remove: 'Type a value instead',
  secret: 'secret',
};

/** The path in '$var:u/mira/key'; null for any other text. */
export function variablePath(value: string): string | null {
  return /^\$var:(.+)$/s.exec(value)?.[1] ?? null;
}

/** A button that puts a variable in place of a typed value; nothing where there are no variables to know of. */
export function VariablePicker({ name, onPick }: { name: string; onPick: (value: string) => void }) {
  const { variables, newVariableHref, disabledReason } = useFormContext();
  const [isOpen, setIsOpen] = useState(false);
  if (variables.length === 0 && !newVariableHref) return null;
  return (
    <Popover
      label={text.title}
      align="end"
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      className="w-80 overflow-visible"
      trigger={<IconButton label={text.pick(name)} icon={<DollarSign />} disabledReason={disabledReason} />}
    >
      <p className="mb-1.5 text-sm font-medium">{text.title}</p>
      <Combobox
        aria-label={text.title}
        placeholder={text.choose}
        emptyText={text.none}
        value={null}
        options={variables.map((variable) => ({
          value: variable.path,
          label: variable.path,
          description: [variable.isSecret ? text.secret : '', variable.description ?? ''].filter(Boolean).join(' · '),
        }))}
        onChange={(path) => {
          onPick(`$var:${path}`);
          setIsOpen(false);
        }}
      />
      {newVariableHref ? (
        <AppLink
          href={newVariableHref}
          className="mt-2 inline-flex min-h-6 items-center text-sm text-accent hover:underline"
        >
          {text.create}
        </AppLink>
      ) : null}
    </Popover>
  );
}

/** Shows that a variable stands in for a value. */
export function VariableChip({ path, onRemove }: { path: string; onRemove: () => void }) {
  return (
    <div className="field-edge flex h-8 items-center gap-2 pr-1 pl-2 coarse:h-11">
      <Badge tone="accent">{text.chip}</Badge>
      <span className="min-w-0 flex-1 truncate font-mono text-xs">{path}</span>
      <IconButton size="sm" label={text.remove} icon={<X />} onClick={onRemove} />
    </div>
  );
}
