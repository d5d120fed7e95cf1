import type { ShortcutId } from './shortcuts';

/** What a person may do in the workspace; the shell only needs to tell operators from the others. */
export type ShellRole = 'admin' | 'developer' | 'operator';

export type NavigationId = 'home' | 'runs' | 'approvals' | 'scripts' | 'flows' | 'resources' | 'workers' | 'settings';

export type NavigationItem = { id: NavigationId; label: string; href: string; shortcut: ShortcutId };

export type NavigationGroup = { id: string; label: string | null; items: NavigationItem[] };

/** The places of a workspace for a role. Operators see no builder words. */
export function navigationFor(role: ShellRole, workspaceId: string): NavigationGroup[] {
  const base = `/w/${encodeURIComponent(workspaceId)}`;
  const home: NavigationItem = { id: 'home', label: 'Home', href: base, shortcut: 'go.home' };
  const runs: NavigationItem = { id: 'runs', label: 'Runs', href: `${base}/runs`, shortcut: 'go.runs' };
  const approvals: NavigationItem = {
    id: 'approvals',
    label: 'Approvals',
    href: `${base}/approvals`,
    shortcut: 'go.approvals',
  };
  if (role === 'operator') {
    return [{ id: 'main', label: null, items: [home, { ...runs, label: 'My runs' }, approvals] }];
  }
  return [
    { id: 'main', label: null, items: [home, runs, approvals] },
    {
      id: 'build',
      label: 'Build',
      items: [
        { id: 'scripts', label: 'Scripts', href: `${base}/scripts`, shortcut: 'go.scripts' },
        { id: 'flows', label: 'Flows', href: `${base}/flows`, shortcut: 'go.flows' },
        { id: 'resources', label: 'Resources', href: `${base}/resources`, shortcut: 'go.resources' },
      ],
    },
    {
      id: 'operate',
      label: 'Operate',
      items: [
        { id: 'workers', label: 'Workers', href: `${base}/workers`, shortcut: 'go.workers' },
        { id: 'settings', label: 'Settings', href: `${base}/settings`, shortcut: 'go.settings' },
      ],
    },
  ];
}

/** The item that the path belongs to: the longest address that the path lies under; home only when exact. */
export function currentItem(groups: NavigationGroup[], path: string): NavigationItem | null {
  const items = groups.flatMap((group) => group.items);
  const under = items.filter((item) => path === item.href || (item.id !== 'home' && path.startsWith(`${item.href}/`)));
  return under.toSorted((a, b) => b.href.length - a.href.length)[0] ?? null;
}
