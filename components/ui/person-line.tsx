import type { ReactNode } from 'react';
import { Avatar } from './avatar';

interface PersonLineProps {
  name: string;
  /** the small second line: how else he is known */
  detail: string;
  /** badges behind the name */
  children?: ReactNode;
}

/** Somebody in a list: his picture, his name, and how else he is known. */
export function PersonLine({ name, detail, children }: PersonLineProps) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <Avatar name={name} />
      <span className="flex min-w-0 flex-col">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 wrap-anywhere">{name}</span>
          {children}
        </span>
        <span className="text-xs font-normal wrap-anywhere text-muted">{detail}</span>
      </span>
    </span>
  );
}
