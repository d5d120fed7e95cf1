'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { WireJob } from '@/core/job/wire';
import { type ApiError, api, segment } from './api';

/** One frame of a job's stream. */
interface JobUpdate {
  readonly type: string;
  readonly completed?: boolean;
  readonly new_logs?: string;
  readonly log_offset?: number;
  readonly job?: WireJob;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5_000;
/** A tab that nobody looks at asks now and then instead of holding a connection. */
const SLEEP_AFTER_MS = 10_000;
const ASK_HIDDEN_EVERY_MS = 4_000;

export const jobKey = (workspaceId: string, id: string) => ['jobs', workspaceId, 'one', id] as const;

const pathOf = (workspaceId: string, endpoint: string, id: string) =>
  `/w/${segment(workspaceId)}/jobs_u/${endpoint}/${segment(id)}`;

/** Follows one job until it has ended; goes on from the same character of the log after every interruption. */
class JobFollower {
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waitMs = FIRST_WAIT_MS;
  private isOver = false;
  private log = '';

  constructor(
    private readonly workspaceId: string,
    private readonly id: string,
    private readonly show: {
      job: (job: WireJob) => void;
      log: (text: string) => void;
      lost: (isLost: boolean) => void;
    },
  ) {}

  start(): void {
    document.addEventListener('visibilitychange', this.onVisibility);
    window.addEventListener('online', this.onOnline);
    if (document.hidden) this.ask();
    else this.connect();
  }

  stop(): void {
    this.isOver = true;
    document.removeEventListener('visibilitychange', this.onVisibility);
    window.removeEventListener('online', this.onOnline);
    this.disconnect();
  }

  private readonly onVisibility = () => {
    if (this.isOver) return;
    if (document.hidden) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), SLEEP_AFTER_MS);
    } else if (this.source === null) {
      this.connect();
    } else {
      clearTimeout(this.timer);
    }
  };

  private readonly onOnline = () => {
    this.waitMs = FIRST_WAIT_MS;
    if (!this.isOver && !document.hidden) this.connect();
  };

  private disconnect(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  private connect(): void {
    this.disconnect();
    const source = new EventSource(
      `/api${pathOf(this.workspaceId, 'getupdate_sse', this.id)}?log_offset=${this.log.length}`,
    );
    this.source = source;
    let isCompleted = false;
    source.onmessage = ({ data }) => {
      const update: JobUpdate = JSON.parse(String(data));
      this.waitMs = FIRST_WAIT_MS;
      this.show.lost(false);
      this.take(update);
      isCompleted = update.completed === true;
    };
    source.onerror = () => {
      this.disconnect();
      if (this.isOver) return;
      if (isCompleted) {
        this.ask();
        return;
      }
      this.show.lost(true);
      this.timer = setTimeout(() => this.connect(), this.waitMs);
      this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
    };
  }

  /** Without a connection: the rest of an ended job's log, or the present state for a hidden tab. */
  private ask(): void {
    this.disconnect();
    const path = `${pathOf(this.workspaceId, 'getupdate', this.id)}?running=false&log_offset=${this.log.length}`;
    Promise.all([api<JobUpdate>('GET', path), api<WireJob>('GET', pathOf(this.workspaceId, 'get', this.id))]).then(
      ([update, job]) => {
        if (this.isOver) return;
        this.take({ ...update, job });
        if (update.completed === true && !update.new_logs) this.stop();
        else this.timer = setTimeout(() => this.ask(), update.completed === true ? 0 : ASK_HIDDEN_EVERY_MS);
      },
      () => {
        if (!this.isOver) this.timer = setTimeout(() => this.ask(), ASK_HIDDEN_EVERY_MS);
      },
    );
  }

  private take({ new_logs: added, job }: JobUpdate): void {
    if (added) {
      this.log += added;
      this.show.log(this.log);
    }
    if (job !== undefined) this.show.job(job);
  }
}

export interface FollowedJob {
  /** undefined while it is being read for the first time */
  readonly job: WireJob | undefined;
  readonly log: string;
  /** true once the log of an ended job is complete */
  readonly isLogRead: boolean;
  /** the live stream is cut; it comes back by itself */
  readonly isLost: boolean;
  readonly error: ApiError | null;
}

const isEnded = (job: WireJob | undefined) => job?.type === 'CompletedJob';

/** A job as it is now, and its log as it grows; null while there is no job to follow. */
export function useFollowedJob(workspaceId: string, jobId: string | null): FollowedJob {
  const client = useQueryClient();
  const id = jobId ?? '';
  const [live, setLive] = useState({ id, log: '', isLost: false });
  const query = useQuery<WireJob, ApiError>({
    queryKey: jobKey(workspaceId, id),
    queryFn: ({ signal }) => api('GET', pathOf(workspaceId, 'get', id), undefined, signal),
    enabled: jobId !== null,
    retry: (count, error) => error.status !== 404 && count < 3,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [wasEndedAtFirst, setWasEndedAtFirst] = useState<{ id: string; isEnded: boolean } | null>(null);
  if (query.data !== undefined && wasEndedAtFirst?.id !== id) setWasEndedAtFirst({ id, isEnded: isEnded(query.data) });
  const mode = wasEndedAtFirst?.id !== id ? 'unknown' : wasEndedAtFirst.isEnded ? 'read' : 'follow';

  const wholeLog = useQuery<string, ApiError>({
    queryKey: [...jobKey(workspaceId, id), 'log'],
    queryFn: ({ signal }) => api('GET', pathOf(workspaceId, 'get_logs', id), undefined, signal),
    enabled: mode === 'read',
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (mode !== 'follow') return;
    const follower = new JobFollower(workspaceId, id, {
      // The stream leaves out the code, which does not change.
      job: (job) => client.setQueryData<WireJob>(jobKey(workspaceId, id), (before) => ({ ...keptOf(before), ...job })),
      log: (log) => setLive((before) => ({ ...before, id, log })),
      lost: (isLost) => setLive((before) => (before.isLost === isLost ? before : { ...before, isLost })),
    });
    follower.start();
    return () => follower.stop();
  }, [client, workspaceId, id, mode]);

  const isLive = live.id === id;
  return {
    job: query.data,
    log: mode === 'read' ? (wholeLog.data ?? '') : isLive ? live.log : '',
    isLogRead: mode === 'read' ? wholeLog.data !== undefined : isEnded(query.data),
    isLost: mode === 'follow' && isLive && live.isLost && !isEnded(query.data),
    error: query.error,
  };
}

function keptOf(before: WireJob | undefined): Pick<WireJob, 'raw_code' | 'raw_lock'> {
  return { raw_code: before?.raw_code, raw_lock: before?.raw_lock };
}
