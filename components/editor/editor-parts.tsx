'use client';

import type { ReactNode } from 'react';
import { cx } from '@/components/ui/cx';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { useIsWide } from './use-is-wide';

/** The tab of the text itself, where there is no room for it beside the others. */
export const TEXT_TAB = 'code';

export type EditorPartsProps = {
  label: string;
  textLabel: string;
  text: ReactNode;
  panels: readonly Tab[];
  /** the panel that is open; TEXT_TAB shows the first one where the text is always in sight */
  panel: string;
  onPanel: (id: string) => void;
};

/** Text and panels beside each other where there is room; else one at a time. */
export function EditorParts({ label, textLabel, text, panels, panel, onPanel }: EditorPartsProps) {
  const known = useIsWide();
  const isWide = known ?? true;
  const shown = isWide && panel === TEXT_TAB ? (panels[0]?.id ?? '') : panel;
  const padded = panels.map((one) => ({ ...one, content: <div className="px-4 pb-8 sm:px-5">{one.content}</div> }));
  return (
    // The server draws both beside each other; a narrow page would jump when it is found to be one.
    <div className={cx('flex min-h-0 flex-1', isWide ? 'flex-row' : 'flex-col', known === null && 'max-lg:invisible')}>
      {isWide ? <div className="flex min-w-0 flex-1 flex-col">{text}</div> : null}
      <div className={cx('flex min-h-0 flex-col', isWide ? 'w-[42%] max-w-160 border-l border-line' : 'flex-1')}>
        <Tabs
          label={label}
          tabs={isWide ? padded : [{ id: TEXT_TAB, label: textLabel, content: text }, ...padded]}
          value={shown}
          onChange={onPanel}
          className="min-h-0 flex-1 [&>div:first-child]:px-3"
          contentClassName={
            shown === TEXT_TAB ? 'flex min-h-0 flex-col pt-0 data-[state=inactive]:hidden' : 'overflow-y-auto pt-5'
          }
        />
      </div>
    </div>
  );
}
