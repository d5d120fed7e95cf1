'use client';

import { createContext, type ReactNode, use, useEffect, useRef, useState } from 'react';

/** Something the palette can do or a place it can go to. */
export type Command = {
  id: string;
  label: string;
  /** Heading it is listed under. */
  group: string;
  icon?: ReactNode;
  /** Other words that find it. */
  keywords?: string[];
  keys?: string;
  /** Set one of the two. */
  href?: string;
  run?: () => void;
};

type Registry = { list: Command[]; set: (owner: object, commands: Command[] | null) => void };

const Context = createContext<Registry>({ list: [], set: () => {} });

/** Keeps the commands of all components that are on the page. */
export function CommandProvider({ children }: { children: ReactNode }) {
  const [byOwner, setByOwner] = useState<ReadonlyMap<object, Command[]>>(new Map());
  const [set] = useState(() => (owner: object, commands: Command[] | null) => {
    setByOwner((before) => {
      const after = new Map(before);
      if (commands) after.set(owner, commands);
      else after.delete(owner);
      return after;
    });
  });
  return <Context value={{ list: [...byOwner.values()].flat(), set }}>{children}</Context>;
}

/** Offers commands in the palette while the component is on the page. Give a list that is the same until it changes. */
export function useCommands(commands: Command[]): void {
  const { set } = use(Context);
  const owner = useRef({});
  useEffect(() => {
    const key = owner.current;
    set(key, commands);
    return () => set(key, null);
  }, [set, commands]);
}

export function useAllCommands(): Command[] {
  return use(Context).list;
}
