import type { Metadata } from 'next';
import { NotAllowed } from '@/app/_session/not-allowed';

export const metadata: Metadata = { title: 'Not allowed' };

/** What the gate answers to who may not open a page, whichever it is. */
export default function Forbidden() {
  return <NotAllowed />;
}
