'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiError } from '@/app/_client/api';
import { useFollowedJob } from '@/app/_client/job-stream';
import type { OwnerOption } from '@/components/editor/path-field';
import { DeployScriptDialog, type LockState } from '@/components/script-editor/deploy-script-dialog';
import { bodyOf, draftOf, type ScriptDraft } from '@/components/script-editor/script-draft';
import type { LintFinding } from '@/core/script/lint/model';
import { mayHaveDependencies } from '@/core/script/rules';
import type { WireScript } from '@/core/script/wire';
import { scriptActions, scriptHrefs, useScript } from './script-data';

interface Props {
  workspaceId: string;
  draft: ScriptDraft;
  live: WireScript | null;
  owners: readonly OwnerOption[];
  findings: readonly LintFinding[];
  onPath: (path: string) => void;
  /** the author has seen the version that was deployed meanwhile and goes on top of it */
  onRebase: (parentHash: string) => void;
  onClose: () => void;
  onDeployed: (path: string, warnings: readonly string[]) => Promise<void>;
}

/** From a draft to a live version: what changes, what it depends on, and the reason why. */
export function DeployScript(props: Props) {
  const { workspaceId, draft, live, onDeployed } = props;
  // Read anew: somebody may have deployed since the editor was opened.
  const current = useScript(workspaceId, live?.path ?? draft.path, { isWanted: live !== null, isFresh: true });
  const base = current.data ?? live;
  const lock = useLock(workspaceId, draft, base);
  const [isDeploying, setIsDeploying] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function deploy(message: string) {
    if (lock.kind !== 'ready') return;
    setIsDeploying(true);
    setFailure(null);
    try {
      const body = bodyOf(draft, { schema: draft.schema, lock: lock.lock, message });
      const { warnings } = await scriptActions.deploy(workspaceId, body);
      await onDeployed(draft.path, warnings);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setIsDeploying(false);
      void current.refetch();
    }
  }
  return (
    <DeployScriptDialog
      draft={draft}
      before={base === null ? null : draftOf(base)}
      isOutdated={base !== null && draft.parentHash !== base.hash}
      deployedBy={base?.created_by ?? ''}
      owners={props.owners}
      findings={props.findings}
      lock={lock}
      jobHref={(id) => scriptHrefs(workspaceId).job(id)}
      isDeploying={isDeploying}
      error={failure}
      onPath={props.onPath}
      onRebase={() => base !== null && props.onRebase(base.hash)}
      onClose={props.onClose}
      onDeploy={(message) => void deploy(message)}
    />
  );
}

/**
 * The lock of the draft: none for code that needs nothing, that of the live version for the same code, else what a
 * worker resolves, with its log as it comes.
 */
function useLock(workspaceId: string, draft: ScriptDraft, base: WireScript | null): LockState {
  const { language, content, path } = draft;
  const isSame = base !== null && base.content === content && base.language === language;
  const isNeeded = !isSame && mayHaveDependencies(language, content);
  const [attempt, setAttempt] = useState(0);
  const started = useQuery<string, ApiError>({
    queryKey: ['resolve', workspaceId, language, content, attempt],
    queryFn: () => scriptActions.resolve(workspaceId, { language, content, path }),
    enabled: isNeeded,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const id = isNeeded ? (started.data ?? null) : null;
  const again = () => setAttempt((before) => before + 1);
  const { job, log } = useFollowedJob(workspaceId, id);
  if (isSame) return { kind: 'ready', lock: base.lock, note: 'same' };
  if (!isNeeded) return { kind: 'ready', lock: '', note: 'none' };
  if (started.error !== null) return { kind: 'failed', jobId: null, words: started.error.message, again };
  if (job?.type !== 'CompletedJob') return { kind: 'resolving', jobId: id, log, wait: job?.wait?.sentence ?? null };
  const resolved = textAt(job.result, 'lock');
  if (job.success && resolved !== null) return { kind: 'ready', lock: resolved, note: 'resolved' };
  const words = textAt(job.result, 'error', 'message') ?? job.reason ?? '';
  return { kind: 'failed', jobId: id, words, again };
}

function textAt(value: unknown, ...keys: readonly string[]): string | null {
  let at = value;
  for (const key of keys) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return typeof at === 'string' ? at : null;
}
