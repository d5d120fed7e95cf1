// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how shells name their parameters

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { BashReader } from './bash-reader';

const problemIn = (text: string) => new BashReader(text).read()?.message ?? null;

function isAcceptedByBash(text: string): boolean {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
  // Of some mistakes it tells, and still says that all went well.
  return status === 0 && stderr.split('\n').every((line) => line === '' || line.includes('warning:'));
}

/**
 * What bash itself says: the truth that the reader may miss, but never contradict. At some mistakes (`[[ ]]`) bash 5.2
 * stops without a word; that it came to the end shows in its refusing what no script may end with.
 */
const isReadByBash = (text: string) => isAcceptedByBash(text) && !isAcceptedByBash(`${text}\n)\n`);

test.each([
  ['echo "never ends', 'The quote " in line 1 is not closed.'],
  ["\n\necho 'never ends\n", "The quote ' in line 3 is not closed."],
  ['if true; then\n  echo yes\n', 'The "if" in line 1 is not closed; "fi" is missing.'],
  ['for i in 1 2; do\n  if true; then echo; fi\n', 'The "for" in line 1 is not closed; "done" is missing.'],
  ['while read -r line; do echo "$line"\n', 'The "while" in line 1 is not closed; "done" is missing.'],
  ['case "$1" in\n  a) echo a ;;\n', 'The "case" in line 1 is not closed; "esac" is missing.'],
  ['greet() {\n  echo hello\n', 'The "{" in line 1 is not closed; "}" is missing.'],
  ['echo $(date\n', 'The "(" in line 1 is not closed; ")" is missing.'],
  ['echo ${HOME\n', 'The "${" in line 1 is not closed; "}" is missing.'],
  ['echo `date\n', 'The quote ` in line 1 is not closed.'],
  ['echo done\ndone\n', 'This "done" closes nothing.'],
  ['if true; then echo; done\n', 'This "done" comes before the "fi" of the "if" in line 1.'],
  ['items=(a b c\n', 'The "(" in line 1 is not closed.'],
  ['if [[ -n "$x" ; then echo; fi\n', 'The "[[" in line 1 is not closed; "]]" is missing.'],
])('%j', (text, message) => {
  expect([problemIn(text), isReadByBash(text)]).toEqual([message, false]);
});

const RIGHT = [
  'echo "it\'s $(date +"%H:%M") and ${x:-"none"}"',
  "echo it\\'s 'a \"b\"' $'c\\'d'",
  'for i in {1..12}; do\n  STATUS=$(curl -sf "https://$SERVICE/health" | jq -r .status)\n  [ "$STATUS" = "ok" ] && echo "healthy" && exit 0\n  sleep 10\ndone\necho "UNHEALTHY" && exit 1',
  'case "$x" in\n  a|b) echo ab ;;\n  (c) if true; then echo c; fi ;;\n  *) : ;;\nesac',
  "cat <<'EOF'\nit's \"open\nif\nEOF\necho after",
  'cat <<-EOF\n\t$(not run "here)\n\tEOF\necho',
  'cat <<A <<B\none "\nA\ntwo \'\nB\n',
  'f() { local a=(1 "2 3" $(ls)); [[ $a =~ ^(x|y)$ && ! ( -n $b ) ]] && return; }',
  'function g { for ((i = 0; i < 3; i++)); do (( total += i )); done; }',
  'if ! grep -q x file; then :; elif true; then :; else :; fi > log 2>&1 &',
  'echo fi done esac; echo if; x=if; echo "if" # if it\'s "open',
  'while IFS= read -r line; do echo "$line"; done < <(sort file)',
  'until false; do break; done; select x in a b; do break; done',
  'echo $((1 + (2 * 3))) $# ${#x} ${x%%"}"*} ${x//a/b} $?',
  '{ echo a; echo b; } | cat; ( cd /tmp && ls )',
  'x="a\\"b" y=`echo \\`date\\`` z="$(echo "$(echo "deep")")"',
  '[ a = b ] || { echo no; exit 1; }',
  'set -- "$@"; echo {a,b}{1,2} ~/x *.txt [!a]*',
  'time ls; ! true; a=b c=d env',
  'for x\ndo echo "$x"; done; for y do echo "$y"; done',
];

test.each(RIGHT)('nothing in: %s', (text) => {
  expect([problemIn(text), isReadByBash(text)]).toEqual([null, true]);
});

describe('never a false error', () => {
  const pieces = fc.constantFrom(
    ...'if true;|then|fi|else|elif true;|for i in a;|do|done|while x;|case a in|a)|;;|esac|{|}|(|)|$(|${x|"|\'|`|\\|#|<<E\nE\n|<<<|[[ a ]]|[[|]]|((|))|echo|x=(|f()|function g|\n|;|&&|||&|$((1))|!|in|time|a|"b"|\'c\'|${y}'.split(
      '|',
    ),
  );
  const soup = fc
    .array(fc.tuple(pieces, fc.constantFrom(' ', ' ', '\n', '; ', '')), { maxLength: 12 })
    .map((parts) => parts.flat().join(''));

  test('what it refuses bash refuses, too', () => {
    fc.assert(
      fc.property(soup, (text) => problemIn(text) === null || !isReadByBash(text)),
      { numRuns: 1500 },
    );
  }, 60_000);

  test('a right script that lost a piece is refused only where bash refuses it', () => {
    const damaged = fc
      .tuple(fc.constantFrom(...RIGHT), fc.nat(), fc.integer({ min: 1, max: 6 }))
      .map(([text, where, length]) => text.slice(0, where % text.length) + text.slice((where % text.length) + length));
    fc.assert(
      fc.property(damaged, (text) => problemIn(text) === null || !isReadByBash(text)),
      { numRuns: 1500 },
    );
  }, 60_000);

  test('nor does it refuse any shell script of this machine that bash reads', () => {
    const scripts = ['/usr/bin', '/usr/sbin', '/etc', '/usr/share', '/usr/lib']
      .flatMap((folder) => {
        try {
          return fs.readdirSync(folder, {
            recursive: folder !== '/usr/share' && folder !== '/usr/lib',
            withFileTypes: true,
          });
        } catch {
          return [];
        }
      })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => {
        try {
          const start = Buffer.alloc(20);
          const handle = fs.openSync(file, 'r');
          fs.readSync(handle, start);
          fs.closeSync(handle);
          return /^#! ?\/(?:usr\/)?bin\/(?:env )?(?:ba)?sh\b/.test(start.toString());
        } catch {
          return false;
        }
      })
      .slice(0, 600);
    const refused = scripts.flatMap((file) => {
      const text = fs.readFileSync(file, 'utf8');
      const message = problemIn(text);
      return message !== null && isReadByBash(text) ? [`${file}: ${message}`] : [];
    });
    expect(refused).toEqual([]);
  }, 60_000);
});
