import type { ReactNode } from 'react';
import { Logo } from '@/components/ui/logo';

const text = { product: 'Fantail' };

/** A narrow page with one form. */
export default function SignedOutLayout({ children }: { children: ReactNode }) {
  return (
    <main className="flex min-h-dvh items-center justify-center p-6">
      <div className="w-full max-w-sm">
        <div className="mb-7 flex items-center gap-2.5">
          <Logo className="size-7" />
          <span className="text-lg font-semibold tracking-[-0.01em]">{text.product}</span>
        </div>
        {children}
      </div>
    </main>
  );
}
