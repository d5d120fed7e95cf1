/** Result texts. Pure. */

/** The same JSON text with everything outside ASCII escaped, so that no store and no wire can damage it. */
export function asciiJson(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The result of a script that only printed: its last line. Objects and lists are taken as JSON; anything else stays the
 * text it was, because `echo 007` means a text.
 */
export function outputResult(lastLine: string): string {
  const line = lastLine.trimEnd();
  if (line === '') return 'null';
  if (/^\s*[[{]/.test(line)) {
    try {
      JSON.parse(line);
      return line.trim();
    } catch {
      // Only looked like JSON.
    }
  }
  return JSON.stringify(line);
}
