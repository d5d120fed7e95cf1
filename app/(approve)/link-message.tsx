import type { ReactNode } from 'react';

/** A link that has no question to show: what is so, and the one thing to do. */
export function LinkMessage({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="py-6">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="mt-2 text-base text-pretty text-muted">{children}</p>
      {action ? <div className="mt-6">{action}</div> : null}
    </div>
  );
}
