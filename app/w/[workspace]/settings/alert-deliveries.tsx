import { Badge, type BadgeProps } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Delivery } from '@/core/alert/model';

const text = {
  title: 'Last messages',
  subtitle: 'What was sent, and what the other side answered.',
  states: { due: 'being tried', sent: 'sent', given_up: 'given up' },
  tries: (count: number) => `${count} tries`,
};

const TONES: Readonly<Record<Delivery['state'], BadgeProps['tone']>> = {
  due: 'warning',
  sent: 'success',
  given_up: 'danger',
};

/** The last messages; nothing before the first one. */
export function AlertDeliveries({ deliveries }: { deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0) return null;
  return (
    <Card title={text.title} subtitle={text.subtitle} isFlush>
      <ul className="divide-y divide-line">
        {deliveries.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm">
            <div className="min-w-0 flex-1 basis-60">
              <p className="truncate">{one.title}</p>
              <p className="text-xs break-words text-muted">
                {one.recipient} · <RelativeTime at={one.createdAt} />
                {one.attempts > 1 ? ` · ${text.tries(one.attempts)}` : ''}
                {one.answer ? ` · ${one.answer}` : ''}
              </p>
            </div>
            <Badge tone={TONES[one.state]}>{text.states[one.state]}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
