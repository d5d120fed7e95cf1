'use client';

import { useState } from 'react';
import { signOut } from '@/app/_client/sign-in';
import { Button } from '@/components/ui/button';
import { notifyError } from '@/components/ui/toast';

const text = { other: 'Sign in as somebody else', failed: 'You are still signed in.' };

/** Ends this session and leads to the sign-in page, which leads back `here`. */
export function SignInAsOther({ here }: { here: string }) {
  const [isLeaving, setIsLeaving] = useState(false);
  async function leave() {
    setIsLeaving(true);
    try {
      await signOut(here);
    } catch (error) {
      setIsLeaving(false);
      notifyError(text.failed, { detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return (
    <Button size="lg" className="w-full sm:w-auto" isLoading={isLeaving} onClick={leave}>
      {text.other}
    </Button>
  );
}
