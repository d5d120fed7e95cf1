import { AppLink } from '@/components/ui/app-link';

const text = {
  label: 'Used by',
  none: 'No flow runs it.',
  hidden: (count: number) => (count === 1 ? 'And one that you may not see.' : `And ${count} that you may not see.`),
};

export type UsedByFlowsProps = {
  flows: readonly { readonly path: string; readonly summary: string }[];
  /** how many more there are */
  hidden: number;
  hrefOf: (path: string) => string;
};

/** The live flows that run a script or a flow. */
export function UsedByFlows({ flows, hidden, hrefOf }: UsedByFlowsProps) {
  if (flows.length === 0 && hidden === 0) return <p className="text-sm text-muted">{text.none}</p>;
  return (
    <>
      <ul aria-label={text.label} className="flex flex-col gap-1 text-sm">
        {flows.map(({ path, summary }) => (
          <li key={path} className="min-w-0">
            <AppLink
              href={hrefOf(path)}
              className="touch-target block truncate rounded-sm leading-6 text-accent hover:underline"
            >
              {summary || path}
            </AppLink>
          </li>
        ))}
      </ul>
      {hidden > 0 ? <p className="text-xs text-muted">{text.hidden(hidden)}</p> : null}
    </>
  );
}
