'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/app/_client/api';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { LoadedTable } from '@/components/ui/loaded-table';
import { RelativeTime } from '@/components/ui/relative-time';
import { notifyError, notifySuccess } from '@/components/ui/toast';

const text = {
  title: 'Sessions',
  subtitle: 'Browsers that are signed in as you.',
  caption: 'Your sessions',
  browser: 'Browser',
  used: 'Last used',
  since: 'Signed in',
  actions: 'Actions',
  here: 'This browser',
  unknown: 'Unknown browser',
  end: 'End',
  endOthers: 'End all others',
  noOthers: 'There are no other sessions.',
  ended: 'The session has ended',
  allEnded: 'All other sessions have ended',
  failed: 'The session is still open',
};

interface Session {
  id: string;
  user_agent: string;
  created_at: string;
  last_seen_at: string;
  is_this: boolean;
}

const KEY = ['account', 'sessions'];

/** 'Firefox on Linux' from what the browser says of itself. */
function browserName(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)(?=\/)/.exec(agent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1];
  const name = browser === 'Edg' ? 'Edge' : browser === 'OPR' ? 'Opera' : browser;
  if (name === undefined) return agent.slice(0, 60) || text.unknown;
  return system === undefined ? name : `${name} on ${system === 'Mac OS X' ? 'macOS' : system}`;
}

export function SessionList() {
  const queryClient = useQueryClient();
  const sessions = useQuery({ queryKey: KEY, queryFn: () => api<Session[]>('GET', '/users/sessions/list') });
  const done = (message: string) => {
    notifySuccess(message);
    return queryClient.invalidateQueries({ queryKey: KEY });
  };
  const onError = (error: Error) => notifyError(text.failed, { detail: error.message });
  const end = useMutation({
    mutationFn: (id: string) => api('DELETE', `/users/sessions/${id}`),
    onSuccess: () => done(text.ended),
    onError,
  });
  const endOthers = useMutation({
    mutationFn: () => api('POST', '/users/sessions/end_others'),
    onSuccess: () => done(text.allEnded),
    onError,
  });
  const hasOthers = (sessions.data?.length ?? 0) > 1;
  return (
    <Card
      title={text.title}
      subtitle={text.subtitle}
      isFlush
      actions={
        <Button
          size="sm"
          disabledReason={hasOthers ? null : text.noOthers}
          isLoading={endOthers.isPending}
          onClick={() => endOthers.mutate()}
        >
          {text.endOthers}
        </Button>
      }
    >
      <LoadedTable
        list={sessions}
        caption={text.caption}
        rowKey={(session) => session.id}
        columns={[
          { id: 'browser', header: text.browser, isTitle: true, cell: (session) => browserName(session.user_agent) },
          { id: 'used', header: text.used, cell: (session) => <RelativeTime at={session.last_seen_at} /> },
          { id: 'since', header: text.since, cell: (session) => <RelativeTime at={session.created_at} /> },
          {
            id: 'actions',
            header: text.actions,
            isHeaderHidden: true,
            align: 'right',
            cell: (session) =>
              session.is_this ? (
                <Badge tone="accent">{text.here}</Badge>
              ) : (
                <Button
                  size="sm"
                  isLoading={end.isPending && end.variables === session.id}
                  onClick={() => end.mutate(session.id)}
                >
                  {text.end}
                </Button>
              ),
          },
        ]}
      />
    </Card>
  );
}
