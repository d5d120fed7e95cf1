import type { Route } from 'next';
import Link from 'next/link';
import type { ComponentProps } from 'react';

/** A path that was put together from data: typed routes cannot know it. */
export function toRoute(path: string): Route {
  return path as Route;
}

export type AppLinkProps = Omit<ComponentProps<'a'>, 'href'> & { href: string; prefetch?: boolean; replace?: boolean };

/** A link to a page of ours by plain path; http(s) addresses become plain anchors. */
export function AppLink({ href, prefetch, replace, ...props }: AppLinkProps) {
  if (/^https?:/.test(href)) return <a href={href} rel="noreferrer" {...props} />;
  return <Link href={toRoute(href)} prefetch={prefetch} replace={replace} {...props} />;
}
