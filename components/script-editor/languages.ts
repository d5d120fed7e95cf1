import { languageNamed as runningLanguage } from '@/core/job/model';

/** A language as people choose it, with code to begin from. */
export interface ScriptLanguage {
  readonly id: string;
  readonly label: string;
  /** two or three letters for narrow places */
  readonly short: string;
  readonly hint: string;
  readonly starter: string;
  /** of a file with its code */
  readonly ending: string;
}

const python = `def main(name: str = "world", times: int = 1) -> str:
    """Greets somebody.

    Each parameter becomes a field of the form; what is returned is the result.
    """
    for number in range(times):
        print(f"{number + 1}: Hello {name}")
    return f"Hello {name}"
`;

const typescript = `/** Each parameter becomes a field of the form; what is returned is the result. */
export async function main(name: string = 'world', times: number = 1) {
  for (let number = 1; number <= times; number++) {
    console.log(\`\${number}: Hello \${name}\`);
  }
  return { greeting: \`Hello \${name}\` };
}
`;

const bash = `# Each "name=$1" becomes a field of the form; the last line written is the result.
name="\${1:-world}"

echo "Hello $name"
`;

const postgresql = `-- Each "-- $1 name" becomes a field of the form.
-- The rows of the last statement are the result.
-- $1 name = 'world'
SELECT 'Hello ' || $1::text AS greeting, now() AS at;
`;

export const scriptLanguages: readonly ScriptLanguage[] = [
  {
    id: 'python3',
    label: 'Python',
    short: 'Py',
    hint: 'A function main(); packages from PyPI',
    starter: python,
    ending: 'py',
  },
  {
    id: 'bun',
    label: 'TypeScript (Bun)',
    short: 'TS',
    hint: 'An exported function main(); packages from npm',
    starter: typescript,
    ending: 'ts',
  },
  {
    id: 'deno',
    label: 'TypeScript (Deno)',
    short: 'De',
    hint: 'An exported function main(); jsr: and npm: imports',
    starter: typescript,
    ending: 'ts',
  },
  { id: 'bash', label: 'Bash', short: 'Sh', hint: 'Commands; arguments are $1, $2, …', starter: bash, ending: 'sh' },
  {
    id: 'postgresql',
    label: 'PostgreSQL',
    short: 'PG',
    hint: 'Statements against a database resource',
    starter: postgresql,
    ending: 'sql',
  },
];

/** The language as people know it; one that we do not know keeps its own name. */
export function languageNamed(id: string): ScriptLanguage {
  const known = scriptLanguages.find((language) => language.id === (runningLanguage(id) ?? id));
  return known ?? { id, label: id, short: id.slice(0, 2), hint: '', starter: '', ending: 'txt' };
}

/** True for code that nobody has written anything of their own into. */
export function isStarter(content: string): boolean {
  return content.trim() === '' || scriptLanguages.some(({ starter }) => starter === content);
}
