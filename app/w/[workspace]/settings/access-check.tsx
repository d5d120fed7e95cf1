'use client';

import { useQuery } from '@tanstack/react-query';
import { Check, CircleCheck, CircleX, X } from 'lucide-react';
import { useState } from 'react';
import { type ApiError, api, segment } from '@/app/_client/api';
import { Banner } from '@/components/ui/banner';
import { Card } from '@/components/ui/card';
import { Combobox } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { Action } from '@/core/access/model';
import { isItemPath, PATH_RULE } from '@/core/path';
import type { Viewer } from './viewer';

const text = {
  title: 'Can this person use that?',
  subtitle: 'The answer comes from the rules that decide when they try, and names the one that did.',
  onlySelf: 'You can ask about yourself and your tokens; administrators ask about everybody.',
  who: 'Who',
  whoHint: 'A person, a token, or a group: what being in it gives a developer.',
  action: 'Wants to',
  path: 'At',
  pathHint: 'The path of a script, a resource or a variable. It need not exist.',
  ask: 'Choose who, what and where, and the answer stands here.',
  yes: 'Yes',
  no: 'No',
  because: 'What was asked, in this order',
  questions: { role: 'Role', scope: 'Token', path: 'Path' },
};

/** What one does at a path, in the words of people. */
const ACTIONS: { value: Action; label: string }[] = [
  { value: 'script:read', label: 'See a script' },
  { value: 'script:run', label: 'Run a script' },
  { value: 'script:write', label: 'Change or deploy a script' },
  { value: 'resource:list', label: 'Choose a resource in a form' },
  { value: 'resource:read', label: 'See the value of a resource' },
  { value: 'resource:write', label: 'Change a resource' },
  { value: 'variable:list', label: 'Choose a variable in a form' },
  { value: 'variable:read', label: 'See the value of a variable' },
  { value: 'variable:write', label: 'Change a variable' },
  { value: 'job:read', label: 'See runs that others started' },
  { value: 'job:cancel', label: 'Cancel runs that others started' },
];

interface CheckLine {
  readonly question: 'role' | 'scope' | 'path';
  readonly is_passed: boolean;
  readonly sentence: string;
}

interface Answer {
  readonly is_allowed: boolean;
  readonly decided_by: CheckLine;
  readonly checks: readonly CheckLine[];
  readonly remedy: string;
}

const base = (workspaceId: string) => `/w/${segment(workspaceId)}`;

function useSubjects(workspaceId: string) {
  return useQuery<{ subject: string; label: string }[], ApiError>({
    queryKey: ['settings', workspaceId, 'subjects'],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/access/subjects`, undefined, signal),
  });
}

/** Paths that there are, as suggestions. */
function usePaths(workspaceId: string, kind: 'script' | 'resource' | 'variable') {
  const address = kind === 'script' ? 'scripts/list_paths' : `${kind}s/list?per_page=1000`;
  const query = useQuery<(string | { path: string })[], ApiError>({
    queryKey: ['settings', workspaceId, 'paths', kind],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/${address}`, undefined, signal),
  });
  return (query.data ?? []).map((item) => (typeof item === 'string' ? item : item.path));
}

function useAnswer(workspaceId: string, question: { subject: string; action: string; path: string } | null) {
  return useQuery<Answer, ApiError>({
    queryKey: ['settings', workspaceId, 'explain', question],
    queryFn: ({ signal }) =>
      api('GET', `${base(workspaceId)}/access/explain?${new URLSearchParams({ ...question })}`, undefined, signal),
    enabled: question !== null,
    // Rights change elsewhere: an answer is of the moment in which one asks.
    staleTime: 0,
    gcTime: 0,
  });
}

/** Explains a decision before anybody runs into it. */
export function AccessCheck({ workspaceId, role, username }: Viewer) {
  const subjects = useSubjects(workspaceId);
  const [subject, setSubject] = useState<string | null>(role === 'admin' ? null : `u/${username}`);
  const [action, setAction] = useState<string | null>('script:run');
  const [path, setPath] = useState<string | null>(null);
  const kind = action?.startsWith('resource') ? 'resource' : action?.startsWith('variable') ? 'variable' : 'script';
  const paths = usePaths(workspaceId, kind);
  const pathProblem = path === null || isItemPath(path) ? null : PATH_RULE;
  const isComplete = subject !== null && action !== null && path !== null && pathProblem === null;
  const answer = useAnswer(workspaceId, isComplete ? { subject, action, path } : null);
  const options = (subjects.data ?? []).map((one) => ({
    value: one.subject,
    label: one.subject,
    ...(one.label === '' ? {} : { description: one.label }),
  }));
  return (
    <Card title={text.title} subtitle={role === 'admin' ? text.subtitle : `${text.subtitle} ${text.onlySelf}`}>
      {subjects.error === null ? null : <Banner tone="danger">{subjects.error.message}</Banner>}
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label={text.who} hint={text.whoHint}>
          <Combobox options={options} value={subject} onChange={setSubject} />
        </Field>
        <Field label={text.action}>
          <Combobox options={ACTIONS} value={action} onChange={setAction} />
        </Field>
        <Field label={text.path} hint={text.pathHint} error={pathProblem}>
          <Combobox
            isFree
            options={paths.map((one) => ({ value: one, label: one }))}
            value={path}
            onChange={setPath}
            placeholder="f/team/name"
          />
        </Field>
      </div>
      <div aria-live="polite" className="mt-5 border-t border-line pt-4">
        {!isComplete ? <p className="text-sm text-muted">{text.ask}</p> : null}
        {isComplete && answer.error !== null ? <Banner tone="danger">{answer.error.message}</Banner> : null}
        {isComplete && answer.isPending ? <SkeletonRows rows={2} /> : null}
        {isComplete && answer.data !== undefined ? <AnswerView answer={answer.data} /> : null}
      </div>
    </Card>
  );
}

function AnswerView({ answer }: { answer: Answer }) {
  const isYes = answer.is_allowed;
  const Icon = isYes ? CircleCheck : CircleX;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-start gap-3">
        <Icon aria-hidden className={isYes ? 'size-6 shrink-0 text-success' : 'size-6 shrink-0 text-danger'} />
        <div className="min-w-0">
          <p className="text-base font-semibold">{isYes ? text.yes : text.no}</p>
          <p className="text-sm wrap-anywhere">{answer.decided_by.sentence}</p>
          {answer.remedy === '' ? null : <p className="mt-1 text-sm text-muted">{answer.remedy}</p>}
        </div>
      </div>
      <div>
        <p className="mb-1.5 text-xs text-faint">{text.because}</p>
        <ol className="flex flex-col gap-1.5 text-sm">
          {answer.checks.map((check) => (
            <li key={check.question + check.sentence} className="flex items-start gap-2">
              {check.is_passed ? (
                <Check aria-label={text.yes} className="mt-0.5 size-4 shrink-0 text-success" />
              ) : (
                <X aria-label={text.no} className="mt-0.5 size-4 shrink-0 text-danger" />
              )}
              <span className="min-w-0 wrap-anywhere">
                <span className="text-muted">{text.questions[check.question]}</span> {check.sentence}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
