'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { LinkMessage } from './link-message';

const text = {
  title: 'Nothing is asked yet',
  body: 'The run has not come to its question. This page shows it as soon as it is asked.',
  answered: 'Your answer is kept',
  answeredBody: 'It counts as soon as the run comes to its question.',
};
const LOOK_EVERY_MS = 2_000;

/** Looks again until the question is there. */
export function NotYet({ isAnswered }: { isAnswered: boolean }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => (document.hidden ? undefined : router.refresh()), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <LinkMessage title={isAnswered ? text.answered : text.title}>
      {isAnswered ? text.answeredBody : text.body}
    </LinkMessage>
  );
}
