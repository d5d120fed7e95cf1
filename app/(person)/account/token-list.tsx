'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadedTable } from '@/components/ui/loaded-table';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Column } from '@/components/ui/table';
import { notifySuccess } from '@/components/ui/toast';
import { NewTokenDialog } from './new-token-dialog';

const text = {
  title: 'API tokens',
  subtitle: 'For the command line, CI and webhooks. A token acts as you, within its scopes.',
  caption: 'Your API tokens',
  create: 'New token',
  none: 'No tokens',
  noneHint: 'Create one to use the API or the command line.',
  label: 'Label',
  reach: 'May do',
  everything: 'All that you may',
  used: 'Last used',
  never: 'Never',
  expires: 'Expires',
  actions: 'Actions',
  revoke: 'Revoke',
  revokeTitle: (label: string) => `Revoke the token ${label}?`,
  revokeHint: 'Whatever uses it stops working at once. This cannot be undone.',
  revoked: 'The token is revoked',
};

interface Token {
  token_prefix: string;
  label: string;
  created_at: string;
  expiration: string;
  last_used_at?: string;
  workspace_id?: string;
  scopes: string[];
}

const KEY = ['account', 'tokens'];

export function TokenList({ workspaces }: { workspaces: { id: string; name: string }[] }) {
  const queryClient = useQueryClient();
  const [isCreating, setIsCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const tokens = useQuery({ queryKey: KEY, queryFn: () => api<Token[]>('GET', '/users/tokens/list?per_page=1000') });
  const refresh = () => queryClient.invalidateQueries({ queryKey: KEY });
  const revoke = useMutation({
    mutationFn: (prefix: string) => api('DELETE', `/users/tokens/delete/${segment(prefix)}`),
    onSuccess: () => {
      notifySuccess(text.revoked);
      return refresh();
    },
  });
  const create = (
    <Button size="sm" variant="primary" onClick={() => setIsCreating(true)}>
      {text.create}
    </Button>
  );
  return (
    <Card title={text.title} subtitle={text.subtitle} isFlush actions={tokens.data?.length ? create : undefined}>
      <LoadedTable
        list={tokens}
        empty={
          <EmptyState icon={<KeyRound />} title={text.none} action={create}>
            {text.noneHint}
          </EmptyState>
        }
        caption={text.caption}
        rowKey={(token) => token.token_prefix}
        columns={columns(setRevoking)}
      />
      <NewTokenDialog isOpen={isCreating} onOpenChange={setIsCreating} workspaces={workspaces} onCreated={refresh} />
      <ConfirmDialog
        isOpen={revoking !== null}
        onOpenChange={(isOpen) => (isOpen ? undefined : setRevoking(null))}
        title={text.revokeTitle(revoking?.label ?? '')}
        description={text.revokeHint}
        confirmLabel={text.revoke}
        onConfirm={async () => {
          if (revoking !== null) await revoke.mutateAsync(revoking.token_prefix);
        }}
      />
    </Card>
  );
}

function columns(onRevoke: (token: Token) => void): Column<Token>[] {
  return [
    {
      id: 'label',
      header: text.label,
      isTitle: true,
      cell: (token) => (
        <span className="flex min-w-0 flex-col">
          <span className="truncate">{token.label}</span>
          <code className="text-xs text-faint">ftl_{token.token_prefix}_…</code>
        </span>
      ),
    },
    {
      id: 'reach',
      header: text.reach,
      cell: (token) => (
        <span className="flex flex-wrap gap-1">
          {token.workspace_id ? <Badge tone="outline">{token.workspace_id}</Badge> : null}
          {token.scopes.length === 0 ? <Badge>{text.everything}</Badge> : null}
          {token.scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </span>
      ),
    },
    {
      id: 'used',
      header: text.used,
      cell: (token) => (token.last_used_at ? <RelativeTime at={token.last_used_at} /> : text.never),
    },
    { id: 'expires', header: text.expires, cell: (token) => <RelativeTime at={token.expiration} /> },
    {
      id: 'actions',
      header: text.actions,
      isHeaderHidden: true,
      align: 'right',
      cell: (token) => (
        <Button size="sm" onClick={() => onRevoke(token)}>
          {text.revoke}
        </Button>
      ),
    },
  ];
}
