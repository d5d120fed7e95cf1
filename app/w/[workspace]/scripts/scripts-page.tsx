'use client';

import { SquareTerminal } from 'lucide-react';
import { LanguageMark } from '@/components/script-editor/language-badge';
import { scriptLanguages } from '@/components/script-editor/languages';
import { ItemsPage } from '../_versioned/items-page';
import { useListFilter } from '../list-filter';
import { scriptHrefs, useScripts } from './script-data';

const text = {
  language: 'Language',
  anyLanguage: 'Any language',
  none: 'Write a function, and it gets a form, an address for other programs and a history of its runs.',
  newIn: (language: string) => `New ${language} script`,
  nothing: 'No script you may see has these words, in this language and place.',
};

interface Props {
  workspaceId: string;
  isAdmin: boolean;
}

/** The Scripts page. */
export function ScriptsPage(props: Props) {
  const { workspaceId } = props;
  const hrefs = scriptHrefs(workspaceId);
  const filter = useListFilter(hrefs, ['language']);
  const list = useScripts(workspaceId, filter, filter.param('language'));
  return (
    <ItemsPage
      {...props}
      noun="script"
      list={list}
      items={list.data?.pages.flat() ?? []}
      filter={filter}
      choices={[
        {
          name: 'language',
          label: text.language,
          any: text.anyLanguage,
          options: scriptLanguages.map(({ id, label }) => ({ value: id, label })),
        },
      ]}
      mark={({ language }) => <LanguageMark language={language} />}
      nothing={{
        icon: <SquareTerminal />,
        text: text.none,
        filteredText: text.nothing,
        starts: scriptLanguages
          .filter(({ id }) => id === 'python3' || id === 'bun')
          .map(({ id, label }) => ({
            id,
            label: text.newIn(label.replace(/ \(.*/, '')),
            href: `${hrefs.new}?language=${id}`,
          })),
      }}
    />
  );
}
