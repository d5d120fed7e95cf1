import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { openBench, type TestBench } from '@/worker/sandbox/sandbox-fixture';

let bench: TestBench;
beforeAll(async () => {
  bench = await openBench({ warm: { bash: 2 } });
  bench.sandboxes.prewarm();
});
afterAll(() => bench.close());

const bash = (content: string, args: Record<string, unknown> = {}) => bench.run('bash', content, args);

describe('results', () => {
  it.each([
    ['echo one; echo; echo two; echo; echo warn >&2', 'two'],
    ['echo "{\\"a\\": [1]}"', '{"a": [1]}'],
    ['echo "{\\"a\\": [1]}" | tee result.json', { a: [1] }],
    ['echo 007', '007'],
    ['printf "no newline"', 'no newline'],
    ['true', null],
    ['echo shown; echo \'{"from":"file"}\' > result.json', { from: 'file' }],
    ['echo shown; printf "line 1\\nline é\\n" > result.out', 'line 1\nline é\n'],
  ])('%j', async (script, result) => expect((await bash(script)).result).toEqual(result));

  it('a result file that is no JSON is a failure that says so', async () => {
    expect((await bash('echo "{oops" > result.json')).failure).toContain(
      'UnreadableResult: The file result.json is not valid JSON',
    );
  });

  it('a result file that is too large is one too', async () => {
    expect((await bash('head -c 9000000 /dev/zero | tr "\\0" x > result.out')).failure).toContain('ResultTooLarge');
  });

  it.each([
    ['exit 3', 'The script ended with exit code 3.'],
    ['set -e; false; echo not here', 'The script ended with exit code 1.'],
    ['kill -9 $$', 'The script ended with exit code 137 (SIGKILL).'],
    ['nosuchcommand_zz', 'The script ended with exit code 127.'],
    ['if then', 'The script ended with exit code 2.'],
  ])('%j fails', async (script, message) => expect((await bash(script)).failure).toBe(`ExitCode: ${message}`));

  it('errors name the script and its line', async () => {
    expect((await bash('echo ok\nnosuchcommand_zz')).log).toContain(
      'script.sh: line 2: nosuchcommand_zz: command not found',
    );
  });
});

describe('arguments', () => {
  it('are positional and upper-case variables', async () => {
    const { log } = await bash('echo "$1|$2|$3|$#|$USER_NAME|$COUNT"', {
      'user-name': 'ann lee',
      count: 3,
      list: [1, 'a b'],
    });
    expect(log).toBe('ann lee|3|[1,"a b"]|3|ann lee|3\n');
  });

  it('never steer programs', async () => {
    const { log, result } = await bash('echo "$PATH $LD_PRELOAD"', {
      path: '/evil',
      ld_preload: '/evil.so',
      bash_env: '/evil.sh',
    });
    expect(log).not.toContain('evil');
    expect(result).toContain('/usr/bin');
  });

  it('arrive verbatim, whatever they hold', async () => {
    const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll(/[\0\ud800-\udfff]/g, '~'));
    const nasty = fc.constantFrom("'; touch /tmp/x; '", '$(touch x)', '`touch x`', '"\n$HOME', '\\', '-n', '*', '\n\n');
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, nasty), fc.oneof(text, nasty), async (a, b) => {
        const { result } = await bash('jq -n --arg a "$1" --arg b "$B" "[\\$a, \\$b]" > result.json', { a, b });
        expect(result).toEqual([a, b]);
      }),
      { numRuns: 25 },
    );
  });

  it('with a NUL are refused before anything runs', async () => {
    expect((await bash('echo ran', { a: 'x\0y' })).failure).toBe(
      'BadArgument: a holds a NUL character, which bash cannot take.',
    );
  });
});

it('is a real bash with jq and curl, whose wrapper cannot be seen or spoken through', async () => {
  const script = [
    'for i in {1..3}; do printf "%s," "$i"; done; echo',
    'jq --version >/dev/null && curl --version >/dev/null && echo tools',
    '[ -e /proc/$$/fd/3 ] || [ -e /proc/$$/fd/4 ] || echo closed',
    'declare -F | wc -l',
    'echo "$0 $LC_ALL $(cat)"',
    'echo through > /dev/stderr; echo through2 | tee /dev/stderr >/dev/null',
  ].join('\n');
  const { log } = await bash(script);
  const lines = log.split('\n').map((line) => line.trim());
  expect(lines).toEqual(
    expect.arrayContaining(['1,2,3,', 'tools', 'closed', '0', 'script.sh C.UTF-8', 'through', 'through2']),
  );
});
