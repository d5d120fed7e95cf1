'use client';

import { getCsrfToken } from 'next-auth/react';

const text = {
  wrong: 'This e-mail and password do not fit together.',
  offline: 'The server did not answer. Check your connection and try again.',
};

async function post(path: string, fields: Record<string, string>): Promise<URL> {
  const csrfToken = (await getCsrfToken()) ?? '';
  const response = await fetch(`/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }),
  }).catch(() => {
    throw new Error(text.offline);
  });
  const answer: { url?: string } = await response.json().catch(() => ({}));
  if (answer.url === undefined) throw new Error(text.offline);
  return new URL(answer.url, window.location.origin);
}

/** Signs in and goes to `returnTo`, a path of ours. Throws the sentence that says why not. */
export async function signInWithPassword(email: string, password: string, returnTo: string): Promise<void> {
  const next = await post('callback/credentials', { email, password, callbackUrl: returnTo });
  const error = next.searchParams.get('error');
  if (error !== null) throw new Error(error === 'CredentialsSignin' ? text.wrong : error);
  window.location.assign(returnTo);
}

/** Leaves for a provider's page. */
export async function signInWithProvider(providerId: string, returnTo: string): Promise<void> {
  const next = await post(`signin/${encodeURIComponent(providerId)}`, { callbackUrl: returnTo });
  window.location.assign(next);
}

/** Ends this session and shows the sign-in page, which leads to `returnTo`, a path of ours. */
export async function signOut(returnTo?: string): Promise<void> {
  await post('signout', { callbackUrl: '/login' });
  window.location.assign(returnTo === undefined ? '/login' : `/login?returnTo=${encodeURIComponent(returnTo)}`);
}
