import { Play, SearchX } from 'lucide-react';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

const text = {
  noneFits: 'No run fits this filter',
  noneFitsHint: 'Take a condition away, or look at all runs.',
  clear: 'Show all runs',
  none: 'Nothing has run yet',
  noneHint: 'Every run of a script appears here the moment it is started, with its log and its result.',
  newScript: 'Write a script',
  noneOwn: 'You have not run anything yet',
  noneOwnHint: 'What you start from Home appears here, with its result.',
  home: 'Go to Home',
};

export type RunsEmptyProps = {
  isFiltered: boolean;
  isOwnOnly: boolean;
  homeHref: string;
  newScriptHref: string;
  onClear: () => void;
};

/** What the list says when it is known to be empty. */
export function RunsEmpty({ isFiltered, isOwnOnly, homeHref, newScriptHref, onClear }: RunsEmptyProps) {
  if (isFiltered) {
    return (
      <EmptyState icon={<SearchX />} title={text.noneFits} action={<Button onClick={onClear}>{text.clear}</Button>}>
        {text.noneFitsHint}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Play />}
      title={isOwnOnly ? text.noneOwn : text.none}
      action={
        <Button variant="primary" asChild>
          <AppLink href={isOwnOnly ? homeHref : newScriptHref}>{isOwnOnly ? text.home : text.newScript}</AppLink>
        </Button>
      }
    >
      {isOwnOnly ? text.noneOwnHint : text.noneHint}
    </EmptyState>
  );
}
