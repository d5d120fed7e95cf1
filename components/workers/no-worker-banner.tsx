import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import type { OrphanQueue } from '@/core/worker-group/model';
import { bannerSentence } from './worker-words';

const text = { open: 'Show workers' };

export type NoWorkerBannerProps = {
  orphans: readonly OrphanQueue[];
  /** The Workers page; absent for people who cannot do anything about it. */
  workersHref?: string;
};

/** Jobs wait for a group that nobody serves: said on top of every page until it is not so any more. */
export function NoWorkerBanner({ orphans, workersHref }: NoWorkerBannerProps) {
  if (orphans.length === 0) return null;
  return (
    <Banner
      tone="warning"
      isBleeding
      isLive
      action={
        workersHref ? (
          <AppLink
            href={workersHref}
            className="touch-target inline-block rounded-sm font-medium text-text underline underline-offset-3"
          >
            {text.open}
          </AppLink>
        ) : undefined
      }
    >
      {bannerSentence(orphans)}
    </Banner>
  );
}
