/** Result texts. Pure. */

/** The same JSON text with everything outside ASCII escaped, so that no store and no wire can damage it. */
export function asciiJson(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The result of a script that only printed: its last line, as the text it is. What looks like JSON stays a text, too, so
 * that it hangs on the script and not on what it met by chance; `result.json` is for values.
 */
export function outputResult(lastLine: string): string {
  const line = lastLine.trimEnd();
  return line === '' ? 'null' : JSON.stringify(line);
}
