'use client';

import { chosenKeys, saveChosenKeys } from '@/components/shell/chosen-keys';
import { ShortcutKeysField } from '@/components/shell/shortcut-keys-field';
import { shortcutsByScope } from '@/components/shell/shortcut-list';
import { useShortcutSwitch, useShortcuts } from '@/components/shell/shortcut-provider';
import { isForBuilders, shortcuts as registry } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { useIsBuilder } from '@/components/ui/reader';
import { Switch } from '@/components/ui/switch';

const text = {
  title: 'Keyboard shortcuts',
  subtitle: 'Kept in this browser: what a keyboard has and what its system takes differ from one to the next.',
  resetAll: 'Reset all',
  switch: 'Single-key shortcuts',
  switchHint: 'Turn them off if you use speech input or type past fields. Those with Ctrl or Cmd stay.',
};

/** Each shortcut with the keys it has here, to be changed one by one. */
export function ShortcutSettings() {
  const shortcuts = useShortcuts();
  const isBuilder = useIsBuilder();
  const [isOn, setOn] = useShortcutSwitch();
  const usual = new Map<string, string>(registry.map(({ id, keys }) => [id, keys]));
  const shown = shortcuts.filter((shortcut) => isBuilder || !isForBuilders(shortcut));
  const isAnyChanged = shortcuts.some(({ id, keys }) => usual.get(id) !== keys);

  function choose(id: string, keys: string | null) {
    const { [id]: _old, ...others } = chosenKeys();
    saveChosenKeys(keys === null || keys === usual.get(id) ? others : { ...others, [id]: keys });
  }
  return (
    <div id="shortcuts" className="scroll-mt-4">
      <Card
        title={text.title}
        subtitle={text.subtitle}
        actions={
          isAnyChanged ? (
            <Button size="sm" onClick={() => saveChosenKeys({})}>
              {text.resetAll}
            </Button>
          ) : null
        }
      >
        <Switch isOn={isOn} onChange={setOn} label={text.switch} hint={text.switchHint} />
        <div className="mt-4 gap-x-10 sm:columns-2">
          {shortcutsByScope(shown).map(([scope, list]) => (
            <section key={scope} className="mb-4 break-inside-avoid">
              <h3 className="mb-1 text-xs font-medium text-faint">{scope}</h3>
              {list.map((shortcut) => (
                <ShortcutKeysField
                  key={shortcut.id}
                  shortcut={shortcut}
                  all={shortcuts}
                  isChanged={usual.get(shortcut.id) !== shortcut.keys}
                  onChange={(keys) => choose(shortcut.id, keys)}
                  onReset={() => choose(shortcut.id, null)}
                />
              ))}
            </section>
          ))}
        </div>
      </Card>
    </div>
  );
}
