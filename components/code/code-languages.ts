import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { python } from '@codemirror/lang-python';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { type IndentContext, indentService, indentUnit, StreamLanguage } from '@codemirror/language';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { yaml } from '@codemirror/legacy-modes/mode/yaml';
import type { Extension } from '@codemirror/state';
import { own } from '@/core/own';

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
  return own(languageOfScript, scriptLanguage) ?? 'text';
}

/** A new line of YAML: below the keys of its item, deeper after a key that holds something. */
function yamlIndent(context: IndentContext, pos: number): number | null {
  if (pos === 0) return null;
  const { text } = context.lineAt(pos, -1);
  const marks = /^\s*(?:- +)*/.exec(text)?.[0].length ?? 0;
  return /(?::|[|>][-+]?)\s*(?:#.*)?$/.test(text) ? marks + 2 : marks;
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
      return [StreamLanguage.define(yaml), indentUnit.of('  '), indentService.of(yamlIndent)];
    case 'text':
      return [];
    default:
      return language satisfies never;
  }
}
