'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { type Command, useCommands } from '@/components/shell/commands';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { keysOf } from '@/components/shell/shortcuts';
import { toRoute } from '@/components/ui/app-link';

const text = {
  group: 'Create',
  script: 'New script',
  flow: 'New flow',
  resource: 'New resource',
  variable: 'New variable',
};

/** What an engineer can begin from anywhere in the workspace: in the palette and by shortcut. */
export function CreateCommands({ workspaceId }: { workspaceId: string }) {
  const router = useRouter();
  const base = `/w/${workspaceId}`;
  const hrefs = {
    script: `${base}/scripts/new`,
    flow: `${base}/flows/new`,
    resource: `${base}/resources/new`,
    variable: `${base}/resources/variables/new`,
  };
  useShortcut('create.script', () => router.push(toRoute(hrefs.script)));
  useShortcut('create.flow', () => router.push(toRoute(hrefs.flow)));
  useShortcut('create.resource', () => router.push(toRoute(hrefs.resource)));
  useShortcut('create.variable', () => router.push(toRoute(hrefs.variable)));
  const commands = useMemo<Command[]>(
    () =>
      (['script', 'flow', 'resource', 'variable'] as const).map((kind) => ({
        id: `create.${kind}`,
        label: text[kind],
        group: text.group,
        icon: <Plus />,
        keys: keysOf(`create.${kind}`),
        href: kind === 'variable' ? `${base}/resources/variables/new` : `${base}/${kind}s/new`,
      })),
    [base],
  );
  useCommands(commands);
  return null;
}
