import { canMeet, type Shortcut } from './shortcuts';

/** Keys that mean something to every page and every reader: nothing may take them away. */
const reserved: Readonly<Record<string, string>> = {
  tab: 'Tab moves from field to field',
  'shift+tab': 'Tab moves from field to field',
  escape: 'Escape closes what is open',
  enter: 'Enter presses what has the focus',
  space: 'Space presses what has the focus',
  arrowup: 'The arrow keys move',
  arrowdown: 'The arrow keys move',
  arrowleft: 'The arrow keys move',
  arrowright: 'The arrow keys move',
};

/** What browsers keep for themselves, so that a page never hears of it. */
const browsers = new Set(['mod+t', 'mod+n', 'mod+w', 'mod+q', 'mod+shift+t', 'mod+shift+n', 'mod+shift+w', 'mod+tab']);

/** Keys as one says them: `mod+shift+enter` is Ctrl + Shift + Enter, `g r` is G, then R. */
export function spokenKeys(keys: string): string {
  const words: Readonly<Record<string, string>> = { mod: 'Ctrl' };
  const nameOf = (key: string) => words[key] ?? (key.length === 1 ? key.toUpperCase() : upperFirst(key));
  const strokes = keys.split(' ').map((stroke) => (stroke === '+' ? [stroke] : stroke.split('+')));
  return strokes.map((stroke) => stroke.map(nameOf).join(' + ')).join(', then ');
}

const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * Why a shortcut cannot have these keys, as a sentence; null when it can. `all` is the registry with the keys as they are
 * chosen now.
 */
export function whyNotKeys(
  all: readonly Shortcut[],
  wanted: Pick<Shortcut, 'id' | 'scope' | 'firesInText'>,
  keys: string,
): string | null {
  const strokes = keys.split(' ');
  for (const stroke of strokes) {
    const reason = reserved[stroke];
    if (reason) return `${reason}, so it cannot be a shortcut.`;
    if (browsers.has(stroke))
      return `The browser keeps ${spokenKeys(stroke)} for itself, so the page never hears of it.`;
  }
  if (wanted.firesInText && (strokes.length > 1 || !keys.startsWith('mod+'))) {
    return 'It has to work while you type, so it needs one key together with Ctrl or Cmd.';
  }
  for (const other of all) {
    if (other.id === wanted.id || !canMeet(wanted, other)) continue;
    const [mine, theirs] = [spokenKeys(keys), spokenKeys(other.keys)];
    if (other.keys === keys) return `${mine} is “${other.label}” already. Choose other keys, or change that one first.`;
    if (other.keys.startsWith(`${keys} `)) {
      return `“${other.label}” begins with ${mine} (${theirs}) and could never be reached. Choose other keys.`;
    }
    if (keys.startsWith(`${other.keys} `)) {
      return `${theirs} is “${other.label}” already and would come first. Choose other keys.`;
    }
  }
  return null;
}
