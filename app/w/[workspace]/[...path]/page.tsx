import { notFound } from 'next/navigation';

/** An address that no page has: answered within the shell, so that the way on is one click away. */
export default function Unknown() {
  notFound();
}
