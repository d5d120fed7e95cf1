'use client';

import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { Badge } from '@/components/ui/badge';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { notifySuccess } from '@/components/ui/toast';
import { ALERT_OUTCOMES, type AlertOutcome, type AlertOverview } from '@/core/alert/model';
import { OUTCOME_WORDS } from '@/core/alert/rules';
import type { VersionedKind } from '@/core/versioned/model';

const text = {
  title: 'Failures',
  subtitle: 'Which ends of runs are told, and what is run because of them. Steps of a flow are told with their flow.',
  outcomes: 'Tell when a run has ended as',
  kind: 'Failure handler',
  kinds: { none: 'None', script: 'A script', flow: 'A flow' },
  path: 'Its path',
  pathHint: (name: string) =>
    `It gets path, job_id, error, step, url, email, is_flow, workspace_id, outcome and started_at, and runs with the rights of ${name}.`,
  you: 'whoever saves this',
  save: 'Save',
  saved: 'Saved',
  overrides: 'Exceptions',
  muted: 'muted',
  own: (path: string) => `own handler ${path}`,
};

interface Props {
  base: string;
  listKey: QueryKey;
  overview: AlertOverview;
}

/** Which ends are told, and the handler that runs after one. */
export function AlertReaction({ base, listKey, overview }: Props) {
  const { settings, overrides } = overview;
  const [outcomes, setOutcomes] = useState<readonly AlertOutcome[]>(settings.outcomes);
  const [kind, setKind] = useState<VersionedKind | 'none'>(settings.handler?.kind ?? 'none');
  const queryClient = useQueryClient();
  const form = useForm(['handler'], async ({ path = '' }) => {
    const handler = kind === 'none' ? null : { kind, path: path.trim() };
    await api('POST', `${base}/settings`, { handler, outcomes });
    await queryClient.invalidateQueries({ queryKey: listKey });
    notifySuccess(text.saved);
  });
  return (
    <Card title={text.title} subtitle={text.subtitle}>
      <form onSubmit={form.onSubmit} className="flex max-w-lg flex-col gap-4">
        {form.error ? (
          <Banner tone="danger" isLive>
            {form.error}
          </Banner>
        ) : null}
        <Field label={text.outcomes} isGroup>
          <div className="flex flex-wrap gap-x-5 gap-y-1">
            {ALERT_OUTCOMES.map((outcome) => (
              <Checkbox
                key={outcome}
                label={OUTCOME_WORDS[outcome]}
                isInGroup
                isChecked={outcomes.includes(outcome)}
                onChange={(isOn) =>
                  setOutcomes(isOn ? [...outcomes, outcome] : outcomes.filter((one) => one !== outcome))
                }
              />
            ))}
          </div>
        </Field>
        <Field label={text.kind}>
          <Select
            value={kind}
            onChange={(next) => setKind(next === 'script' || next === 'flow' ? next : 'none')}
            options={(['none', 'script', 'flow'] as const).map((value) => ({ value, label: text.kinds[value] }))}
          />
        </Field>
        {kind === 'none' ? null : (
          <Field
            label={text.path}
            hint={text.pathHint(settings.handlerSetBy ?? text.you)}
            error={form.errorOf('handler')}
          >
            <Input
              name="path"
              defaultValue={settings.handler?.path}
              placeholder="f/ops/on_failure"
              required
              spellCheck={false}
              className="font-mono"
            />
          </Field>
        )}
        <div>
          <Button type="submit" isLoading={form.isSending}>
            {text.save}
          </Button>
        </div>
      </form>
      {overrides.length === 0 ? null : (
        <div className="mt-6">
          <h3 className="mb-2 text-sm font-medium">{text.overrides}</h3>
          <ul className="flex flex-col gap-1.5 text-sm">
            {overrides.map((one) => (
              <li key={`${one.kind} ${one.path}`} className="flex min-w-0 flex-wrap items-center gap-2">
                <code className="break-all">{one.path}</code>
                {one.isMuted ? <Badge tone="warning">{text.muted}</Badge> : null}
                {one.handler ? <Badge>{text.own(one.handler.path)}</Badge> : null}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}
