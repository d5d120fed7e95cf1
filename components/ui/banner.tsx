import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';

const tones = {
  info: { icon: Info, box: 'bg-info-soft', mark: 'text-info' },
  success: { icon: CircleCheck, box: 'bg-success-soft', mark: 'text-success' },
  warning: { icon: TriangleAlert, box: 'bg-warning-soft', mark: 'text-warning' },
  danger: { icon: CircleAlert, box: 'bg-danger-soft', mark: 'text-danger' },
};

export type BannerProps = {
  tone?: keyof typeof tones;
  title?: string;
  action?: ReactNode;
  /** Over the whole width, without rounded corners: the top of a page. */
  isBleeding?: boolean;
  /** Announces itself when it appears while the page is in use. */
  isLive?: boolean;
  className?: string;
  children?: ReactNode;
};

/** A condition that lasts: what is so, and what to do about it. */
export function Banner({ tone = 'info', title, action, isBleeding, isLive, className, children }: BannerProps) {
  const { icon: Icon, box, mark } = tones[tone];
  return (
    <div
      role={isLive ? (tone === 'danger' ? 'alert' : 'status') : undefined}
      className={cx(
        'flex flex-wrap items-center gap-x-3 gap-y-2 px-3.5 py-2.5 text-sm text-text',
        isBleeding ? 'px-5' : 'rounded-lg',
        box,
        className,
      )}
    >
      <div className="flex min-w-0 flex-1 basis-60 items-start gap-3">
        <Icon aria-hidden className={cx('mt-0.5 size-4 shrink-0', mark)} />
        <div className="min-w-0">
          {title ? <p className="font-medium">{title}</p> : null}
          {children ? <div className="text-pretty">{children}</div> : null}
        </div>
      </div>
      {action ? <div className="shrink-0">{action}</div> : null}
    </div>
  );
}
