'use client';

import { PlugZap } from 'lucide-react';
import { useState } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { scriptHrefs } from '../scripts/script-data';
import { type ConnectionAnswer, valueActions } from './value-data';

const text = {
  test: 'Test connection',
  saveAndTest: 'Save and test connection',
  connected: 'Connected.',
  failed: 'No connection.',
  notTested: 'The connection was not tested.',
  job: 'See the job',
};

type Outcome = ConnectionAnswer | { readonly success: false; readonly message: string; readonly job_id: null };

/** Types whose connections the server can test. */
export const isTestable = (type: string | null): boolean => type === 'postgresql';

export interface ConnectionTesting {
  readonly isTesting: boolean;
  readonly outcome: Outcome | null;
  readonly test: () => Promise<void>;
}

/** The state of testing a stored resource: it runs as a job, with the rights of who asks. `path` null: none is stored. */
export function useConnectionTest(workspaceId: string, path: string | null): ConnectionTesting {
  const [isTesting, setIsTesting] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  async function test() {
    if (path === null) return;
    setIsTesting(true);
    setOutcome(null);
    try {
      setOutcome(await valueActions.test(workspaceId, path));
    } catch (error) {
      setOutcome({ success: false, message: error instanceof Error ? error.message : String(error), job_id: null });
    }
    setIsTesting(false);
  }
  return { isTesting, outcome, test };
}

export function TestButton({
  isDirty,
  isTesting,
  onTest,
}: {
  isDirty: boolean;
  isTesting: boolean;
  onTest: () => void;
}) {
  return (
    <Button icon={<PlugZap />} isLoading={isTesting} onClick={onTest}>
      {isDirty ? text.saveAndTest : text.test}
    </Button>
  );
}

/** How it went: what answered, or what happened, why, and what to do. */
export function TestOutcome({ workspaceId, outcome }: { workspaceId: string; outcome: Outcome }) {
  const title = outcome.success ? text.connected : outcome.job_id === null ? text.notTested : text.failed;
  return (
    <Banner
      tone={outcome.success ? 'success' : 'danger'}
      title={title}
      isLive
      action={
        outcome.job_id === null ? undefined : (
          <Button size="sm" asChild>
            <AppLink href={scriptHrefs(workspaceId).job(outcome.job_id)}>{text.job}</AppLink>
          </Button>
        )
      }
    >
      <span className="wrap-anywhere">{outcome.message}</span>
      {'remedy' in outcome && outcome.remedy ? <span className="block">{outcome.remedy}</span> : null}
    </Banner>
  );
}
