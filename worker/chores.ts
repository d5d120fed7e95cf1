import { dispatchAlerts, forgetOldAlerts } from '@/core/alert/dispatch';
import { runDueApprovals } from '@/core/approval/commands';
import { messageOf } from '@/core/errors';
import { deleteDue } from '@/core/job/deletion/commands';
import { SWEEP_MS } from '@/core/ledger/model';
import { retire, sweep } from '@/core/ledger/sweep';
import { forgetLocalScripts } from '@/core/script/local/commands';
import { emptyOldTrash } from '@/core/versioned/trash/commands';

const RETIRE_MS = 10 * 60_000;

type Say = (sentence: string) => void;

/** Runs `work` again and again, `everyMs` apart, until stopped; trouble is said once until it is over. */
export function repeat(everyMs: number, what: string, work: () => Promise<void>, say: Say): () => void {
  let isInTrouble = false;
  let isBusy = false;
  const tick = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await work();
      if (isInTrouble) say(`${what}: the database answers again`);
      isInTrouble = false;
    } catch (error) {
      if (!isInTrouble) say(`${what}: connection to the database failed (${messageOf(error)}); trying again`);
      isInTrouble = true;
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void tick(), everyMs);
  return () => clearInterval(timer);
}

async function sweepAndDelete(warn: Say): Promise<void> {
  const report = await sweep();
  if (report === null) return;
  if (report.strays > 0) warn(`sweeper: took ${report.strays} jobs from workers that stopped answering`);
  await deleteDue();
}

async function forget(days: number): Promise<void> {
  await retire(days);
  await emptyOldTrash('script');
  await emptyOldTrash('flow');
  await forgetOldAlerts(days);
  await forgetLocalScripts();
}

/** What a worker looks after besides its own jobs; any number of them may do it side by side. Answers how to stop. */
export function startChores(retentionDays: number, warn: Say): () => void {
  const chores = [
    repeat(SWEEP_MS, 'sweeper', () => sweepAndDelete(warn), warn),
    repeat(SWEEP_MS, 'deadlines', async () => void (await runDueApprovals()), warn),
    // Apart from the deadlines: a chat that answers slowly must not hold a deadline back.
    repeat(SWEEP_MS, 'alerts', async () => void (await dispatchAlerts()), warn),
    repeat(RETIRE_MS, 'retention', () => forget(retentionDays), warn),
  ];
  return () => {
    for (const end of chores) end();
  };
}
