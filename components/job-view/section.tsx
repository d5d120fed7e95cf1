import type { ReactNode, RefObject } from 'react';

type SectionProps = {
  title: string;
  aside?: ReactNode;
  /** for a shortcut that leads here */
  sectionRef?: RefObject<HTMLElement | null>;
  children: ReactNode;
};

/** A titled part of a job's page. */
export function Section({ title, aside, sectionRef, children }: SectionProps) {
  return (
    <section ref={sectionRef} tabIndex={sectionRef && -1} className="min-w-0 scroll-mt-4 outline-none">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 className="text-sm font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
