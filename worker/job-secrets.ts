import { takeSecrets } from '@/core/job/secret/commands';
import { SecretMasker } from '@/core/resource/masking';

/** What must not be shown of one running job: known at its start, or read by it later with its token. */
export class JobSecrets {
  private readonly texts: Set<string>;
  private isReader = false;
  /** of its log */
  readonly masker: SecretMasker;

  constructor(secrets: readonly string[]) {
    this.texts = new Set(secrets);
    this.masker = new SecretMasker([...secrets]);
  }

  get all(): readonly string[] {
    return [...this.texts];
  }

  /** the job has read something with the rights of whom it runs as, secret or not */
  get hasRead(): boolean {
    return this.isReader;
  }

  learn(secrets: readonly string[]): void {
    this.isReader = true;
    const unknown = secrets.filter((secret) => !this.texts.has(secret));
    if (unknown.length === 0) return;
    for (const secret of unknown) this.texts.add(secret);
    this.masker.learn(unknown);
  }
}

/** The jobs that run here, by id. */
const running = new Map<string, JobSecrets>();

/** Begins to mask for a job that is about to start; `close` when its last output is masked. */
export function openJobSecrets(jobId: string, secrets: readonly string[]): { known: JobSecrets; close: () => void } {
  const known = new JobSecrets(secrets);
  running.set(jobId, known);
  const close = () => {
    if (running.get(jobId) === known) running.delete(jobId);
  };
  return { known, close };
}

/** Takes over what jobs that run here are about to read; of all of them when notices may have been missed. */
export async function learnSecrets(jobIds: readonly string[] = [...running.keys()]): Promise<void> {
  const own = jobIds.filter((id) => running.has(id));
  if (own.length === 0) return;
  await takeSecrets(own, (jobId, secrets) => running.get(jobId)?.learn(secrets));
}
