'use client';

import { createContext, type ReactNode, use } from 'react';

const Context = createContext<'builder' | 'user'>('builder');

/**
 * Says who looks at what is inside: builders see values and failures as the machine has them, everybody else as people say
 * them.
 */
export function ReaderProvider({ isBuilder, children }: { isBuilder: boolean; children: ReactNode }) {
  return <Context value={isBuilder ? 'builder' : 'user'}>{children}</Context>;
}

/** Whether the reader knows the builders' words. */
export const useIsBuilder = (): boolean => use(Context) === 'builder';
