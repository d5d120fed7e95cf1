import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Logo } from '@/components/ui/logo';

/** The same for every question: previews of links in chats and mails tell nobody what is asked. */
export const metadata: Metadata = {
  title: 'Approval',
  description: 'A decision is asked for.',
  robots: { index: false, follow: false, noarchive: true },
  referrer: 'no-referrer',
  openGraph: { title: 'Fantail', description: 'A decision is asked for.' },
};

const text = { product: 'Fantail' };

/** One narrow column: made for a phone in a hand. */
export default function ApproveLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-xl flex-col px-4 pt-4 sm:pt-12">
      <div className="mb-5 flex items-center gap-2 text-sm text-muted">
        <Logo className="size-5" />
        {text.product}
      </div>
      {children}
    </main>
  );
}
