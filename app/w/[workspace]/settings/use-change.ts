'use client';

import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ApiMethod, api } from '@/app/_client/api';
import { notifyError, notifySuccess } from '@/components/ui/toast';

export interface Change {
  method: ApiMethod;
  path: string;
  body?: unknown;
}

/** Sends a change, says how it went, and reads the list anew: what is shown is what was stored. */
export function useChange(key: QueryKey, failed: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: Change) => api<string>(method, path, body),
    onSuccess: (sentence) => {
      if (typeof sentence === 'string') notifySuccess(sentence);
      return queryClient.invalidateQueries({ queryKey: key });
    },
    onError: (error) => notifyError(failed, { detail: error.message }),
  });
}
