import type { ReactNode } from 'react';
import { cx } from './cx';
import { Logo } from './logo';

export type MessagePageProps = {
  title: string;
  children: ReactNode;
  action?: ReactNode;
  detail?: ReactNode;
  /** The navigation stands around it: the page is a part of the plane, not the whole of it. */
  isInShell?: boolean;
};

/** A page that has one thing to say: what happened, why, what to do. */
export function MessagePage({ title, children, action, detail, isInShell = false }: MessagePageProps) {
  const Frame = isInShell ? 'div' : 'main';
  return (
    <Frame className={cx('flex items-center justify-center p-6', isInShell ? 'flex-1' : 'min-h-dvh')}>
      <div className="w-full max-w-md min-w-0">
        {isInShell ? null : <Logo className="mb-6 size-8" />}
        <h1 className="text-2xl font-semibold">{title}</h1>
        <div className="mt-2 text-base text-pretty wrap-anywhere text-muted">{children}</div>
        {action ? <div className="mt-6 flex flex-wrap gap-2">{action}</div> : null}
        {detail ? <div className="mt-8 text-xs text-faint">{detail}</div> : null}
      </div>
    </Frame>
  );
}
