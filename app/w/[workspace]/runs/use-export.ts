'use client';

import { useState } from 'react';
import { exportCsv, exportJson, mostExported } from '@/components/runs/export-rows';
import { countWords } from '@/components/runs/run-words';
import { downloadFile } from '@/components/ui/download';
import { formatDate } from '@/components/ui/time';
import { notifyError, notifyInfo, notifySuccess } from '@/components/ui/toast';
import { type RunsRequest, readAllRuns } from './runs-data';

const text = {
  started: 'Collecting the runs of this list…',
  done: (count: number) => `Exported ${countWords(count, false)}.`,
  cut: `Only the newest ${mostExported.toLocaleString('en-US')} are in the file. Narrow the filter, or use the API for more.`,
  failed: 'The runs could not be exported.',
};

export type ExportForm = 'csv' | 'json';

/** Saves the whole filtered list, not only the page that is shown. */
export function useExport(request: Omit<RunsRequest, 'after' | 'before' | 'count'>) {
  const [isBusy, setIsBusy] = useState(false);
  async function start(form: ExportForm) {
    setIsBusy(true);
    notifyInfo(text.started);
    try {
      const { jobs, isCut } = await readAllRuns(request);
      const name = `runs-${request.workspaceId}-${formatDate(Date.now())}.${form}`;
      if (form === 'csv') downloadFile(name, exportCsv(jobs), 'text/csv;charset=utf-8');
      else downloadFile(name, exportJson(jobs), 'application/json');
      notifySuccess(text.done(jobs.length), isCut ? { detail: text.cut } : {});
    } catch (error) {
      notifyError(text.failed, { detail: error instanceof Error ? error.message : String(error) });
    } finally {
      setIsBusy(false);
    }
  }
  return { isBusy, start };
}
