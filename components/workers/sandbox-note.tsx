import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { cx } from '@/components/ui/cx';
import type { WorkerState } from '@/core/worker-group/model';

const text = {
  on: 'Jobs run in bubblewrap',
  onHint:
    'Each in a fresh sandbox: own processes, own private /tmp, a read-only system, no capabilities and an empty environment.',
  hostNetwork: 'They share the network of the worker’s host: what that machine can reach, a job can reach.',
  noNetwork: 'They have no network.',
  someNetwork: (workers: string) =>
    `On ${workers} they share the network of the worker’s host: what that machine can reach, a job can reach. Elsewhere they have none.`,
  off: 'The sandbox is off',
  offHint: (workers: string) =>
    `On ${workers}, jobs run as the worker itself: they can read its environment, its files and the jobs beside them. Only code that you trust belongs there. Start the worker without SANDBOX=off to change it.`,
};

function networkSentence(workers: readonly WorkerState[]): string {
  const open = workers.filter(({ network, sandbox }) => network === 'host' || sandbox === 'off');
  if (open.length === workers.length) return text.hostNetwork;
  return open.length === 0 ? text.noNetwork : text.someNetwork(open.map(({ id }) => id).join(', '));
}

/** What the sandboxes of these workers keep apart, and what they do not. */
export function SandboxNote({ workers }: { workers: readonly WorkerState[] }) {
  const open = workers.filter(({ sandbox }) => sandbox === 'off');
  const isOff = open.length > 0;
  const Icon = isOff ? ShieldAlert : ShieldCheck;
  return (
    <section
      className={cx(
        'flex items-start gap-3 rounded-lg px-4 py-3.5 text-sm',
        isOff ? 'bg-danger-soft' : 'border border-line bg-surface',
      )}
    >
      <Icon aria-hidden className={cx('mt-0.5 size-4 shrink-0', isOff ? 'text-danger' : 'text-success')} />
      <div className="min-w-0 max-w-prose">
        <h2 className={cx('font-semibold', isOff && 'text-danger')}>{isOff ? text.off : text.on}</h2>
        <p className={isOff ? undefined : 'text-muted'}>
          {isOff ? text.offHint(open.map(({ id }) => id).join(', ')) : text.onHint} {networkSentence(workers)}
        </p>
      </div>
    </section>
  );
}
