'use client';

import { useState } from 'react';
import { Button, type ButtonProps } from '@/components/ui/button';
import { notifyError } from '@/components/ui/toast';
import { signOut } from './sign-in';

const text = { signOut: 'Sign out', failed: 'You are still signed in.' };

type Props = Pick<ButtonProps, 'size' | 'className' | 'children'> & {
  /** where signing in again leads to, a path of ours */
  returnTo?: string;
};

/** Ends this session: for pages that have no menu of the person's own. */
export function SignOutButton({ returnTo, children = text.signOut, ...look }: Props) {
  const [isLeaving, setIsLeaving] = useState(false);
  async function leave() {
    setIsLeaving(true);
    try {
      await signOut(returnTo);
    } catch (error) {
      setIsLeaving(false);
      notifyError(text.failed, { detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return (
    <Button {...look} isLoading={isLeaving} onClick={leave}>
      {children}
    </Button>
  );
}
