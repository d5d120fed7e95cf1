export interface TextPosition {
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 units, as editors count. */
  column: number;
}

/** Where an offset lies in a text; offsets outside are moved to its nearest end. */
export function positionAt(content: string, offset: number): TextPosition {
  const end = Math.min(Math.max(offset, 0), content.length);
  let line = 1;
  let lineStart = 0;
  for (let at = 0; at < end; at++) {
    const char = content.charCodeAt(at);
    const isLineEnd = char === 10 || (char === 13 && content.charCodeAt(at + 1) !== 10);
    if (isLineEnd) {
      line++;
      lineStart = at + 1;
    }
  }
  return { line, column: end - lineStart + 1 };
}

/** `UserConfig` → `user_config`, `S3Object` → `s3_object`; names already in lower case stay as they are. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}
