import { rows } from '@/core/platform/db';
import { API_VERSION } from '@/core/version';
import { json, text } from './answer';
import { defineEndpoint } from './endpoint';

const isDatabaseUp = (): Promise<boolean> =>
  rows('SELECT 1').then(
    () => true,
    () => false,
  );

/** For clients that ask before they sign in, and for whoever watches this process. */
export const healthEndpoints = [
  defineEndpoint({ method: 'GET', path: '/version', access: 'public', handler: () => text(API_VERSION) }),
  defineEndpoint({
    method: 'GET',
    path: '/health',
    access: 'public',
    handler: async () => {
      const isUp = await isDatabaseUp();
      return json({ status: isUp ? 'ok' : 'waiting', database: isUp ? 'up' : 'down' }, isUp ? 200 : 503);
    },
  }),
];
