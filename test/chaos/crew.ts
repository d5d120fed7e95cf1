import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnWorker, type TestProcess } from '../process';
import { descendantsOf, killHard } from './processes';
import type { Chance } from './random';

/** A worker without jobs stops in an instant; one that gives jobs back, within its 8 s and a little. */
const STOP_MS = 20_000;

interface Place {
  worker: TestProcess;
  isPaused: boolean;
}

/** A few worker processes that are started again whenever they are killed. */
export class Crew {
  private readonly places: Place[] = [];
  private readonly past: TestProcess[] = [];
  private readonly dataFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-crew-'));

  constructor(
    private readonly databaseUrl: string,
    private readonly bundle: string,
    count: number,
  ) {
    for (let n = 0; n < count; n++) this.places.push({ worker: this.spawn(), isPaused: false });
  }

  private spawn(): TestProcess {
    const environment = { DATA_FOLDER: this.dataFolder, NUM_WORKERS: '4' };
    const worker = spawnWorker(this.databaseUrl, environment, this.bundle);
    this.past.push(worker);
    return worker;
  }

  async registered(): Promise<void> {
    await Promise.all(this.places.map(({ worker }) => worker.said(/registered worker/)));
  }

  private awake(): Place[] {
    return this.places.filter(({ isPaused }) => !isPaused);
  }

  /** SIGKILL to one worker; a new one takes its place. Answers the killed one's id, null when it had none yet. */
  async killOne(chance: Chance): Promise<string | null> {
    const place = chance.pick(this.awake());
    if (place === undefined) return null;
    const id = idOf(place.worker);
    await place.worker.kill();
    place.worker = this.spawn();
    return id;
  }

  /**
   * SIGKILL to one sandbox below one worker, at work or waiting. Not to what runs in it: a script whose own child is
   * killed may fail with good reason.
   */
  killChild(chance: Chance): boolean {
    const place = chance.pick(this.awake());
    const below = place === undefined ? [] : descendantsOf(place.worker.pid);
    const sandboxes = new Set(below.filter(({ command }) => command.includes('bwrap ')).map(({ pid }) => pid));
    const victim = chance.pick(below.filter(({ pid, parent }) => sandboxes.has(pid) && !sandboxes.has(parent)));
    if (victim !== undefined) killHard(victim.pid);
    return victim !== undefined;
  }

  /** Stops one worker for `ms`, its sandboxes go on; resolves at once. */
  pauseOne(chance: Chance, ms: number): boolean {
    const place = chance.pick(this.awake());
    if (place === undefined) return false;
    const { worker } = place;
    place.isPaused = true;
    worker.child.kill('SIGSTOP');
    setTimeout(() => {
      worker.child.kill('SIGCONT');
      place.isPaused = false;
    }, ms);
    return true;
  }

  get pausedCount(): number {
    return this.places.length - this.awake().length;
  }

  /** How many lines, of all workers that ever were, match. */
  said(pattern: RegExp): number {
    return this.past.flatMap((worker) => worker.output().split('\n')).filter((line) => pattern.test(line)).length;
  }

  /** Ends the last ones in order. Answers what those said that did not exit with 0 in time, one text for each. */
  async stop(): Promise<string[]> {
    for (const { worker } of this.places) worker.child.kill('SIGCONT');
    const ends = await Promise.all(this.places.map(({ worker }) => endOf(worker)));
    fs.rmSync(this.dataFolder, { recursive: true, force: true });
    return ends.flatMap((complaint) => complaint ?? []);
  }
}

async function endOf(worker: TestProcess): Promise<string | null> {
  const code = await Promise.race([worker.stop(), delay(STOP_MS, 'still there', { ref: false })]);
  if (code === 0) return null;
  await worker.kill();
  return `worker ${worker.pid}: ${code}\n${worker.output().split('\n').slice(-15).join('\n')}`;
}

const idOf = (worker: TestProcess): string | null => /registered worker (\S+)/.exec(worker.output())?.[1] ?? null;
