import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { python } from '@codemirror/lang-python';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { StreamLanguage } from '@codemirror/language';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { yaml } from '@codemirror/legacy-modes/mode/yaml';
import type { Extension } from '@codemirror/state';

export type CodeLanguage = 'python' | 'typescript' | 'bash' | 'sql' | 'json' | 'yaml' | 'text';

const languageOfScript: Record<string, CodeLanguage> = {
  python3: 'python',
  bun: 'typescript',
  deno: 'typescript',
  nativets: 'typescript',
  bunnative: 'typescript',
  bash: 'bash',
  postgresql: 'sql',
};

/** The editor's language for a script's language; plain text for one that it does not know. */
export function codeLanguageOf(scriptLanguage: string): CodeLanguage {
  return languageOfScript[scriptLanguage] ?? 'text';
}

export function languageExtension(language: CodeLanguage): Extension {
  switch (language) {
    case 'python':
      return python();
    case 'typescript':
      return javascript({ typescript: true });
    case 'bash':
      return StreamLanguage.define(shell);
    case 'sql':
      return sql({ dialect: PostgreSQL, upperCaseKeywords: true });
    case 'json':
      return json();
    case 'yaml':
      return StreamLanguage.define(yaml);
    case 'text':
      return [];
    default:
      return language satisfies never;
  }
}
