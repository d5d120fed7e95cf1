'use client';

import { useState } from 'react';
import { toCsv } from '@/components/ui/csv';
import { downloadFile } from '@/components/ui/download';
import { formatDate } from '@/components/ui/time';
import { notifyError, notifyInfo, notifySuccess } from '@/components/ui/toast';
import type { FilterWord } from '@/core/job/filter-text';
import { MOST_EXPORTED, readAllEntries } from './audit-data';
import { type AuditEntry, exportRow } from './audit-words';

const text = {
  started: 'Collecting the entries of this list…',
  done: (count: number) => (count === 1 ? 'Exported 1 entry.' : `Exported ${count.toLocaleString('en-US')} entries.`),
  cut: `Only the newest ${MOST_EXPORTED.toLocaleString('en-US')} are in the file. Narrow the filter, or use the API for more.`,
  failed: 'The audit could not be exported.',
};

const COLUMNS = ['id', 'time', 'who', 'via', 'action', 'object', 'outcome', 'ip', 'detail'];

function save(workspaceId: string, form: 'csv' | 'json', entries: readonly AuditEntry[]): void {
  const name = `audit-${workspaceId}-${formatDate(Date.now())}.${form}`;
  const rows = entries.map(exportRow);
  if (form === 'csv') downloadFile(name, toCsv(COLUMNS, rows), 'text/csv;charset=utf-8');
  else downloadFile(name, JSON.stringify(rows, null, 2), 'application/json');
}

/** Saves the whole filtered list, not only the page that is shown. */
export function useExport(workspaceId: string, words: readonly FilterWord[]) {
  const [isBusy, setIsBusy] = useState(false);
  async function start(form: 'csv' | 'json') {
    setIsBusy(true);
    notifyInfo(text.started);
    try {
      const { entries, isCut } = await readAllEntries({ workspaceId, words });
      save(workspaceId, form, entries);
      notifySuccess(text.done(entries.length), isCut ? { detail: text.cut } : {});
    } catch (error) {
      notifyError(text.failed, { detail: error instanceof Error ? error.message : String(error) });
    } finally {
      setIsBusy(false);
    }
  }
  return { isBusy, start };
}
