// Next looks for this global when it is first loaded.
import 'next/dist/server/node-environment-baseline';
import { workAsyncStorage } from 'next/dist/server/app-render/work-async-storage.external';
import { workUnitAsyncStorage } from 'next/dist/server/app-render/work-unit-async-storage.external';
import { HeadersAdapter } from 'next/dist/server/web/spec-extension/adapters/headers';
import { RequestCookies } from 'next/dist/server/web/spec-extension/cookies';
import type { NextRequest } from 'next/server';

type WorkStore = Parameters<typeof workAsyncStorage.run>[0];
type WorkUnitStore = Parameters<typeof workUnitAsyncStorage.run>[0];

/** Runs a route handler where `headers()` and `cookies()` of next/headers answer for this request, as Next does. */
export function inRequestScope<Result>(request: NextRequest, handle: () => Promise<Result>): Promise<Result> {
  // Next keeps some thirty things in these; what headers() and cookies() read of them are these few.
  const work = { route: '/api/auth/[...nextauth]', forceStatic: false, dynamicShouldError: false } as WorkStore;
  const unit = {
    type: 'request',
    phase: 'render',
    headers: HeadersAdapter.seal(request.headers),
    cookies: new RequestCookies(request.headers),
  } as unknown as WorkUnitStore;
  return workAsyncStorage.run(work, () => workUnitAsyncStorage.run(unit, handle));
}
