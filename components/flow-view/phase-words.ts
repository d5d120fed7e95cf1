import type { NodeState, PhaseKind } from './run-nodes';

/** How each phase looks and is called. The pattern differs too, for eyes that do not tell the colours apart. */
export const phaseLooks: Readonly<Record<PhaseKind, { word: string; hint: string; bar: string }>> = {
  queued: { word: 'Queued', hint: 'its turn, its time or a limit', bar: 'bg-state-queued/45' },
  worker: {
    word: 'Waiting for a worker',
    hint: 'nobody took it yet',
    bar: 'bg-[repeating-linear-gradient(135deg,var(--color-warning)_0_3px,transparent_3px_6px)] bg-warning-soft',
  },
  person: {
    word: 'Waiting for a person',
    hint: 'a decision is asked for',
    bar: 'bg-[radial-gradient(circle,var(--color-state-waiting)_1.2px,transparent_1.6px)] bg-[length:6px_6px] bg-state-waiting-soft',
  },
  running: { word: 'Running', hint: 'a worker is at it', bar: 'bg-state-running' },
};

const words: Readonly<Record<'pending' | 'skipped', string>> = { pending: 'Not begun', skipped: 'Skipped' };

/** A part's state where it is not one of a job. */
export const ownStateWord = (state: NodeState): string | null =>
  state === 'pending' || state === 'skipped' ? words[state] : null;
