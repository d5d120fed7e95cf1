'use client';

import { AppLink } from '@/components/ui/app-link';
import { Dialog } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';
import { Switch } from '@/components/ui/switch';
import { useShortcutSwitch, useShortcuts } from './shortcut-provider';
import { isForBuilders, type Shortcut } from './shortcuts';

const text = {
  title: 'Keyboard shortcuts',
  description: 'They never fire while you type in a field, except those with Ctrl or Cmd.',
  change: 'Choose other keys',
  switch: 'Single-key shortcuts',
  switchHint: 'Turn them off if you use speech input or type past fields. Those with Ctrl or Cmd stay.',
};

export type ShortcutListProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void; isOperator: boolean };

/** What `?` shows: the registry, and the switch that turns single keys off. */
export function ShortcutList({ isOpen, onOpenChange, isOperator }: ShortcutListProps) {
  const [isOn, setOn] = useShortcutSwitch();
  const shortcuts = useShortcuts().filter((shortcut) => !isOperator || !isForBuilders(shortcut));
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={text.title} description={text.description} width="lg">
      <Switch
        isOn={isOn}
        onChange={setOn}
        label={text.switch}
        hint={text.switchHint}
        className="rounded-lg bg-hover/60 p-3"
      />
      <div className="mt-5 gap-x-10 sm:columns-2">
        {shortcutsByScope(shortcuts).map(([scope, list]) => (
          <section key={scope} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-faint">{scope}</h3>
            <dl>
              {list.map((shortcut) => (
                <div key={shortcut.id} className="flex min-h-7 items-center justify-between gap-4">
                  <dt className="text-sm">{shortcut.label}</dt>
                  <dd>
                    <Kbd keys={shortcut.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <AppLink
        href="/account#shortcuts"
        className="touch-target inline-block rounded-sm text-sm text-accent hover:underline"
      >
        {text.change}
      </AppLink>
    </Dialog>
  );
}

/** In the registry's order. */
export function shortcutsByScope(shortcuts: readonly Shortcut[]): [string, Shortcut[]][] {
  const groups = new Map<string, Shortcut[]>();
  for (const shortcut of shortcuts) groups.set(shortcut.scope, [...(groups.get(shortcut.scope) ?? []), shortcut]);
  return [...groups];
}
