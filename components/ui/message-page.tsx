import type { ReactNode } from 'react';
import { Logo } from './logo';

export type MessagePageProps = { title: string; children: ReactNode; action?: ReactNode; detail?: ReactNode };

/** A page that has one thing to say: what happened, why, what to do. */
export function MessagePage({ title, children, action, detail }: MessagePageProps) {
  return (
    <main className="flex min-h-dvh items-center justify-center p-6">
      <div className="w-full max-w-md">
        <Logo className="mb-6 size-8" />
        <h1 className="text-2xl font-semibold">{title}</h1>
        <div className="mt-2 text-base text-pretty text-muted">{children}</div>
        {action ? <div className="mt-6 flex flex-wrap gap-2">{action}</div> : null}
        {detail ? <div className="mt-8 text-xs text-faint">{detail}</div> : null}
      </div>
    </main>
  );
}
